/* The table of commands, and everything that is made from it. */
#include <ctype.h>
#include <stdio.h>

#include "../../src/cli/cmd/cmd.h"
#include "../../src/cli/complete/complete.h"
#include "../../src/cli/help.h"
#include "holdfast/text.h"
#include "test.h"

/* ---- every row ---- */

static bool
is_name(const char *s)
{
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz-")] == '\0' && s[0] != '-' && s[0] != '\0';
}

START_TEST(rows_are_well_formed)
{
	const struct cmd *c, *other;
	size_t            i, j, blanks;
	const char       *p;

	for (i = 0; (c = cmd_at(i)) != NULL; i++) {
		for (blanks = 0, p = c->name; *p != '\0'; p++) {
			blanks += *p == ' ';
			ck_assert_msg(*p == ' ' || islower((unsigned char)*p), "%s", c->name);
		}
		ck_assert_uint_le(blanks, 1);
		ck_assert_msg(c->run != NULL && c->summary != NULL, "%s", c->name);
		ck_assert_msg(islower((unsigned char)c->summary[0]) && c->summary[strlen(c->summary) - 1] != '.', "%s: %s", c->name,
		    c->summary);
		ck_assert_msg(hf_text_width(c->summary) <= 90, "%s: the summary is long", c->name);
		if (c->examples != NULL)
			ck_assert_msg(c->examples[strlen(c->examples) - 1] == '\n', "%s: examples", c->name);
		for (j = 0; j < i; j++) {
			other = cmd_at(j);
			ck_assert_str_ne(other->name, c->name);
			ck_assert_int_le((int)other->group, (int)c->group);
		}
		/* A word that is a command and the beginning of others takes nothing itself: nobody could tell which is meant. */
		if (blanks == 0 && cmd_is_family(c->name))
			ck_assert_msg(c->operands == NULL, "%s", c->name);
	}
	ck_assert_uint_ge(i, 4);
}
END_TEST

START_TEST(options_are_well_formed)
{
	const struct cmd *c;
	const struct opt *o, *g;
	size_t            i;

	for (i = 0; (c = cmd_at(i)) != NULL; i++)
		for (o = c->options; o != NULL && o->name != NULL; o++) {
			ck_assert_msg(is_name(o->name), "%s --%s", c->name, o->name);
			ck_assert_msg(o->help != NULL && o->help[0] != '\0' && o->help[strlen(o->help) - 1] != '.', "%s --%s",
			    c->name, o->name);
			for (g = opt_global; g->name != NULL; g++)
				ck_assert_msg(strcmp(g->name, o->name) != 0 && (g->letter == 0 || g->letter != o->letter),
				    "%s --%s is a global option", c->name, o->name);
			ck_assert_ptr_eq(opt_find(c->options, o->name, strlen(o->name)), o); /* no name twice */
			ck_assert_msg((o->flags & OPT_REQUIRED) == 0 || o->value != NULL, "%s --%s", c->name, o->name);
		}
}
END_TEST

/* The scripts of completion know one list of options that take a value. */
START_TEST(an_option_takes_a_value_everywhere_or_nowhere)
{
	const struct cmd *a, *b;
	const struct opt *x, *y;
	size_t            i, j;

	for (i = 0; (a = cmd_at(i)) != NULL; i++)
		for (x = a->options; x != NULL && x->name != NULL; x++)
			for (j = 0; (b = cmd_at(j)) != NULL; j++)
				for (y = b->options; y != NULL && y->name != NULL; y++) {
					ck_assert_msg(strcmp(x->name, y->name) != 0 || (x->value == NULL) == (y->value == NULL),
					    "--%s in %s and %s", x->name, a->name, b->name);
					ck_assert_msg(
					    x->letter == 0 || x->letter != y->letter || (x->value == NULL) == (y->value == NULL),
					    "-%c in %s and %s", x->letter, a->name, b->name);
				}
}
END_TEST

START_TEST(operands_are_well_formed)
{
	const struct cmd *c;
	char              word[64];
	bool              many, optional, was_many, was_optional;
	size_t            i, j;

	for (i = 0; (c = cmd_at(i)) != NULL; i++)
		for (was_many = was_optional = false, j = 0; opt_operand(c->operands, j, word, sizeof(word), &many, &optional);
		     j++) {
			ck_assert_msg(!was_many, "%s: %s after dots", c->name, word);
			ck_assert_msg(optional || !was_optional, "%s: %s after brackets", c->name, word);
			ck_assert_msg(isalpha((unsigned char)word[0]) && strpbrk(word, "[].'\" ") == NULL, "%s: %s", c->name, word);
			was_many = many;
			was_optional = optional;
		}
}
END_TEST

/* Every example parses as the command line that it is. */
START_TEST(examples_parse)
{
	const struct cmd *c, *found;
	const char       *p, *words[2];
	char              line[256], *argv[32], *save, *w;
	int               argc, at[2];
	size_t            i, len, used, n;
	struct args      *a;

	for (i = 0; (c = cmd_at(i)) != NULL; i++)
		for (p = c->examples; p != NULL && *p != '\0'; p += len + 1) {
			len = strcspn(p, "\n");
			snprintf(line, sizeof(line), "%.*s", (int)len, p);
			if (strncmp(line, "holdfast ", 9) != 0 || strpbrk(line, "\"'|<>$") != NULL)
				continue; /* a shell's work */
			for (argc = 0, w = strtok_r(line + 9, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
				argv[argc++] = w;
			n = opt_first_words(words, at, argc, argv);
			ck_ok(cmd_find(&found, &used, words, n, &e));
			ck_assert_msg(at[0] == 0, "%s: the command first", found->name);
			ck_ok(opt_parse(&a, found->options, found->operands, argc - (int)used, argv + used, &e));
			opt_free(a);
		}
}
END_TEST

/* ---- finding ---- */

static const struct {
	const char *first, *second, *message, *hint;
} wrong[] = {
	{ "hepl", NULL, "hepl: no such command", "did you mean holdfast help?" },
	{ "verison", "x", "verison: no such command", "did you mean holdfast version?" },
	{ "completio", NULL, "completio: no such command", "did you mean holdfast completion?" }, /* no abbreviations */
	{ "xyzzyplugh", NULL, "xyzzyplugh: no such command", "holdfast help" },
	{ "", NULL, ": no such command", "holdfast help" },
	{ "help completion", NULL, "help completion: no such command", "" },
};

START_TEST(an_unknown_command_is_not_run)
{
	const char       *words[2] = { wrong[_i].first, wrong[_i].second };
	const struct cmd *c;
	struct hf_err     e = HF_ERR_INIT;
	size_t            used;

	ck_assert_int_eq(cmd_find(&c, &used, words, wrong[_i].second == NULL ? 1 : 2, &e), HF_USAGE);
	ck_assert_ptr_null(c);
	ck_assert_str_eq(e.msg, wrong[_i].message);
	if (wrong[_i].hint[0] != '\0')
		ck_assert_str_eq(e.hint, wrong[_i].hint);
}
END_TEST

START_TEST(every_row_is_found)
{
	const struct cmd *c, *found;
	char              name[64], *second;
	const char       *words[2];
	size_t            i, used, n;

	for (i = 0; (c = cmd_at(i)) != NULL; i++) {
		snprintf(name, sizeof(name), "%s", c->name);
		words[0] = name;
		words[1] = "operand";
		if ((second = strchr(name, ' ')) != NULL) {
			*second = '\0';
			words[1] = second + 1;
		}
		n = second == NULL ? 1 : 2;
		ck_ok(cmd_find(&found, &used, words, 2, &e));
		ck_assert_ptr_eq(found, c);
		ck_assert_uint_eq(used, n);
	}
}
END_TEST

START_TEST(a_family_says_what_it_has)
{
	const struct cmd *c, *found;
	const char       *words[2];
	char              first[32];
	struct hf_err     e;
	size_t            i, used;

	for (i = 0; (c = cmd_at(i)) != NULL; i++) {
		if (strchr(c->name, ' ') == NULL)
			continue;
		snprintf(first, sizeof(first), "%.*s", (int)strcspn(c->name, " "), c->name);
		words[0] = first;
		words[1] = "zzzzzzzz";
		hf_err_clear(&e);
		ck_assert(cmd_is_family(first));
		if (cmd_find(&found, &used, words, 1, &e) == HF_OK) {
			ck_assert_str_eq(found->name, first);
			continue;
		}
		ck_assert_int_eq(e.code, HF_USAGE);
		ck_assert_ptr_nonnull(strstr(e.hint, strchr(c->name, ' ') + 1));
		ck_assert_int_eq(cmd_find(&found, &used, words, 2, &e), HF_USAGE);
	}
}
END_TEST

/* ---- what is made from it ---- */

static const struct {
	const char *name;
	void (*make)(struct hf_buf *b);
} shells[] = {
	{ "bash", complete_bash },
	{ "zsh", complete_zsh },
	{ "fish", complete_fish },
};

START_TEST(scripts_name_every_command_and_option)
{
	struct hf_buf     b = HF_BUF_INIT;
	const struct cmd *c;
	const struct opt *o;
	char              second[64];
	size_t            i;

	shells[_i].make(&b);
	for (i = 0; (c = cmd_at(i)) != NULL; i++) {
		if (c->group == CMD_HIDDEN)
			continue;
		/* Of one without options and operands, fish names the second word alone. */
		snprintf(second, sizeof(second), "-a %s ", strchr(c->name, ' ') == NULL ? c->name : strchr(c->name, ' ') + 1);
		ck_assert_msg(strstr(hf_buf_str(&b), c->name) != NULL || strstr(hf_buf_str(&b), second) != NULL, "%s: %s",
		    shells[_i].name, c->name);
		for (o = c->options; o != NULL && o->name != NULL; o++)
			ck_assert_msg((strstr(hf_buf_str(&b), o->name) != NULL) == ((o->flags & OPT_HIDDEN) == 0), "%s: --%s",
			    shells[_i].name, o->name);
	}
	for (o = opt_global; o->name != NULL; o++)
		ck_assert_msg(strstr(hf_buf_str(&b), o->name) != NULL, "%s: --%s", shells[_i].name, o->name);
	hf_buf_clear(&b);
}
END_TEST

static const struct {
	const char *type, *before, *typed, *offers; /* offers: words in their order, at most the first three */
} offers[] = {
	{ "auto|always|never", NULL, "", "always auto never" },
	{ "auto|always|never", NULL, "a", "always auto" },
	{ "KIND", NULL, "acc", "account" },
	{ "KIND", NULL, "ACC", "account" },
	{ "KIND", NULL, "zzz", "" },
	{ "FIELD=VALUE", "account", "handl", "handle=" },
	{ "FIELD=VALUE", "account", "state=p", "state=parked state=proposed" },
	{ "FIELD=VALUE", "nokind", "a", "" },
	{ "FIELD=VALUE", NULL, "a", "" },
	{ "COMMAND", NULL, "vers", "version" },
	{ "COMMAND", NULL, "comp", "completion" }, /* not the hidden complete */
	{ "KIND|COMMAND", NULL, "vers", "version" },
	{ "TEXT", NULL, "", "" },
	{ "", NULL, "", "" },
};

START_TEST(places_offer_what_they_may_be)
{
	struct app      app = { .no_input = true };
	struct complete c = { .app = &app, .command = "add", .typed = offers[_i].typed };
	const char     *before[1] = { offers[_i].before };
	char            joined[256] = "";
	size_t          i;

	c.before = before;
	c.n_before = offers[_i].before == NULL ? 0 : 1;
	c.words = words_new(c.typed);
	complete_offer(offers[_i].type, &c);
	for (i = 0; i < words_count(c.words) && i < 3; i++) {
		strcat(joined, i > 0 ? " " : "");
		strcat(joined, words_at(c.words, i));
	}
	ck_assert_str_eq(joined, offers[_i].offers);
	words_free(c.words);
}
END_TEST

START_TEST(words_are_sorted_and_have_a_beginning_in_common)
{
	struct words *w = words_new("");

	ck_assert_uint_eq(words_common(w), 0);
	words_add(w, "Zo\xc3\xab", "b");
	words_add(w, "Zo\xc3\xab", "again");
	words_add(w, "Zo\xc3\xa9", NULL);
	words_add(w, "", NULL);
	words_add(w, "a\033b", NULL);
	ck_assert_uint_eq(words_count(w), 2);
	ck_assert_str_eq(words_at(w, 0), "Zo\xc3\xa9");
	ck_assert_str_eq(words_help(w, 0), "");
	ck_assert_uint_eq(words_common(w), 2); /* not half of a character */
	words_free(w);
	words_free(NULL);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cmd");
	TCase *tc = tcase_create("cmd");

	tcase_add_test(tc, rows_are_well_formed);
	tcase_add_test(tc, options_are_well_formed);
	tcase_add_test(tc, an_option_takes_a_value_everywhere_or_nowhere);
	tcase_add_test(tc, operands_are_well_formed);
	tcase_add_test(tc, examples_parse);
	tcase_add_loop_test(tc, an_unknown_command_is_not_run, 0, N_OF(wrong));
	tcase_add_test(tc, every_row_is_found);
	tcase_add_test(tc, a_family_says_what_it_has);
	tcase_add_loop_test(tc, scripts_name_every_command_and_option, 0, N_OF(shells));
	tcase_add_loop_test(tc, places_offer_what_they_may_be, 0, N_OF(offers));
	tcase_add_test(tc, words_are_sorted_and_have_a_beginning_in_common);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
