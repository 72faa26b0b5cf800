/* Every incident playbook, walked to all its ends: books_walk.h. */
#include "books_walk.h"

int
main(void)
{
	return books_walk("incident/");
}
