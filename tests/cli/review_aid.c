/* The accounts to review of review_aid.h. */
#include "review_aid.h"

#include <stdint.h>
#include <stdlib.h>

void
review_world(void)
{
	setenv("HOLDFAST_BOOKS", getenv("HOLDFAST_TOP"), 1);
	once_up();
	sh("\"$HOLDFAST\" remove x:agency --force 2>&1 && \"$HOLDFAST\" add person name='Max Stone' 2>&1 && "
	   "\"$HOLDFAST\" member role $(\"$HOLDFAST\" --json member list | sed -n 's/.*\"fingerprint\": \"\\(.*\\)\".*/\\1/p') --person 'Ann Lee' 2>&1");
	for (int k = 0; k < 2; k++) {
		const char *name = k == 0 ? "one" : "two";

		sh("\"$HOLDFAST\" add account provider=x handle=%s state=live owner='Ann Lee' deputy='Max Stone' responder='Ann Lee' "
		   "created_on=2020-01-01 display_name=%s url=https://x.com/%s registered_email=press@agency.example criticality=low "
		   "recovery_reviewed_on=2026-01-0%d backup_codes_ref=Team/codes 2>&1",
		    name, name, name, k + 1);
		sh("\"$HOLDFAST\" add contact account=x:%s type=email value=rescue@agency.example 2>&1 && "
		   "\"$HOLDFAST\" add contact account=x:%s type=phone value='+44 20 7946 0005' 2>&1",
		    name, name);
		sh("\"$HOLDFAST\" add grant account=x:%s person='Max Stone' role=admin reviewed_on=2026-01-01 2>&1 && "
		   "\"$HOLDFAST\" add grant account=x:%s person='Ann Lee' role=publish reviewed_on=2026-01-01 2>&1",
		    name, name);
	}
	sh("echo x >'%s/letter.txt'; \"$HOLDFAST\" attach Agency '%s/letter.txt' satisfies=original-email 2>&1", dir, dir);
}

struct pty *
review(const char *what)
{
	char *argv[] = { getenv("HOLDFAST"), (char *)(uintptr_t) "review", (char *)(uintptr_t)what, NULL };

	return pty_run(argv, 50, 100);
}
