/* For clang-tidy's eyes only: what these functions return is never zero, and the file that is looked at cannot show that. */
#include "holdfast/err.h"

#define hf_fail(e, code, ...)               ((hf_fail)((e), (code), __VA_ARGS__), (code))
#define hf_fail_errno(e, code, errnum, ...) ((hf_fail_errno)((e), (code), (errnum), __VA_ARGS__), (code))
#define hf_fail_in(e, ...)                  ((hf_fail_in)((e), __VA_ARGS__), HF_BAD)
#define hf_hint(e, ...)                     ((hf_hint)((e), __VA_ARGS__), HF_BAD)
#define hf_nomem(e)                         ((hf_nomem)(e), HF_NOMEM)
