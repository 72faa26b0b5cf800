#include "holdfast/library.h"

#include <dlfcn.h>
#include <string.h>

enum hf_code
hf_library_open(void *table, const struct hf_library *l, struct hf_err *e)
{
	void *library, *function;

	if ((library = dlopen(l->file, RTLD_NOW | RTLD_LOCAL)) == NULL) {
		hf_fail(e, HF_SYSTEM, "%s: %s", l->name, dlerror());
		return hf_hint(e, "%s", l->help);
	}
	for (size_t i = 0; i < l->n; i++) {
		if ((function = dlsym(library, l->functions[i])) == NULL)
			return hf_fail(e, HF_SYSTEM, "%s: no %s", l->name, l->functions[i]);
		memcpy((char *)table + i * sizeof(function), &function, sizeof(function));
	}
	return HF_OK;
}
