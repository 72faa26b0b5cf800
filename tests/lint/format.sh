#!/usr/bin/env bash
# The C is as clang-format leaves it; `make format` sees to that.
set -u
find src include tests -name '*.[ch]' -print0 | xargs -0 -r -n 16 -P "$JOBS" clang-format --dry-run -Werror
