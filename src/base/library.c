#include "holdfast/library.h"

#include <dlfcn.h>
#include <string.h>

enum hf_code
hf_library_load(void *functions, const char *file, const char *name, const char *const *names, size_t n, struct hf_err *e)
{
	void *library, *function;

	if ((library = dlopen(file, RTLD_NOW | RTLD_LOCAL)) == NULL)
		return hf_fail(e, HF_SYSTEM, "%s: %s", name, dlerror());
	for (size_t i = 0; i < n; i++) {
		if ((function = dlsym(library, names[i])) == NULL)
			return hf_fail(e, HF_SYSTEM, "%s: no %s", name, names[i]);
		/* ISO C has no conversion from an object's address to a function's; POSIX gives both one size. */
		memcpy((char *)functions + i * sizeof(function), &function, sizeof(function));
	}
	return HF_OK;
}
