/* Which of many are there as loose objects: by the names in their folders, each folder read once. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "loose.h"

/* The first of those that does not come before the name. */
static size_t
place_of(const char *name, const struct hf_oid *list, size_t n)
{
	size_t from = 0, half;

	while (n > 0) {
		half = n / 2;
		if (strcmp(list[from + half].hex + 2, name) < 0) {
			from += half + 1;
			n -= half + 1;
		} else
			n = half;
	}
	return from;
}

/* Those of one folder. What cannot be listed is taken for not there. */
static void
mark_folder(bool *there, int dir, const struct hf_oid *list, size_t n)
{
	const char     name[3] = { list->hex[0], list->hex[1], '\0' };
	struct dirent *entry;
	DIR           *d = NULL;
	int            fd;

	do
		fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0 || (d = fdopendir(fd)) == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(d)) != NULL)
		for (size_t i = place_of(entry->d_name, list, n); i < n && strcmp(list[i].hex + 2, entry->d_name) == 0; i++)
			there[i] = true;
	closedir(d);
}

void
hf_loose_list(bool *there, const char *objects, const struct hf_oid *list, size_t n)
{
	size_t from, to;
	int    dir;

	if ((dir = open(objects, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return;
	for (from = 0; from < n; from = to) {
		for (to = from + 1; to < n && memcmp(list[to].hex, list[from].hex, 2) == 0; to++)
			continue;
		mark_folder(there + from, dir, list + from, to - from);
	}
	close(dir);
}
