#include "home_aid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

char dir[64];

const char *
sh(const char *fmt, ...)
{
	static char text[65536];
	char        command[4096];
	size_t      n;
	va_list     ap;
	FILE       *f;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	ck_assert_ptr_nonnull(f = popen(command, "r"));
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	ck_assert_msg(pclose(f) == 0, "%s: %s", command, text);
	return text;
}

void
home_up(void)
{
	char gnupg[96];

	snprintf(dir, sizeof(dir), "/tmp/hfh.XXXXXX");
	if (mkdtemp(dir) == NULL || getenv("HOLDFAST") == NULL) {
		fprintf(stderr, "HOLDFAST names the program\n");
		exit(1);
	}
	snprintf(gnupg, sizeof(gnupg), "%s/gnupg", dir);
	setenv("HOME", dir, 1);
	setenv("GNUPGHOME", gnupg, 1);
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("NO_COLOR", "1", 1);
	unsetenv("COLUMNS");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOLDFAST_REGISTER");
	sh("mkdir -m 700 '%s' && gpg --batch --quiet --passphrase '' --quick-generate-key 'Ann <ann@agency.example>' future-default default never 2>&1",
	    gnupg);
}

void
once_down(void)
{
	sh("gpgconf --kill all 2>&1; rm -rf '%s' 2>&1", dir);
}
