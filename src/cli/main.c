#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "cmd/cmd.h"
#include "help.h"
#include "holdfast/fs.h"
#include "records.h"
#include "term/edit.h"

/*
 * A descriptor that was closed would be given to the next file opened, and messages would land in it. What stands in for standard output
 * cannot be written, so that what is lost is noticed.
 */
static void
open_missing(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDONLY)) >= 0 && fd <= STDERR_FILENO)
		continue;
	if (fd > STDERR_FILENO)
		close(fd);
}

/*
 * What GnuPG's own programs are told: where to ask for the passphrase when nobody has said so; and not to write down what they are given, as
 * GPGME does where a variable bids it.
 */
static void
tidy_environment(void)
{
	static const int fds[] = { STDIN_FILENO, STDERR_FILENO };
	const char      *set = getenv("GPG_TTY");
	char             name[128];

	unsetenv("GPGME_DEBUG");
	for (size_t i = 0; (set == NULL || *set == '\0') && i < sizeof(fds) / sizeof(fds[0]); i++)
		if (ttyname_r(fds[i], name, sizeof(name)) == 0) {
			setenv("GPG_TTY", name, 1);
			return;
		}
}

/* Nothing of a key or a record must reach a core file; children inherit the limit. */
static void
lock_down(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* Books are read also where the register cannot be. */
static void
try_register(struct app *app)
{
	struct hf_err why = HF_ERR_INIT;

	if (app->register_path == NULL || !hf_fs_exists(app->register_path))
		return;
	lock_down();
	if (app_register(app, &why) != HF_OK)
		out_warn(app->out, "the register's own books are left out: %s", why.msg);
}

static enum hf_code
prepare(struct app *app, unsigned needs, struct hf_err *e)
{
	enum hf_code rc;

	if ((needs & (NEED_REGISTER | NEED_WRITE | NEED_KEY)) != 0)
		lock_down();
	if ((needs & (NEED_REGISTER | NEED_WRITE)) != 0 && (rc = app_register(app, e)) != HF_OK)
		return rc;
	if ((needs & NEED_OWN) != 0)
		try_register(app);
	return (needs & NEED_BOOKS) != 0 ? app_shelf(app, e) : HF_OK;
}

static enum hf_code
run_row(struct app *app, const struct args *a, struct hf_err *e)
{
	const char  *words[1] = { app->cmd->name };
	enum hf_code rc;

	if (opt_flag(a, "help"))
		return help_show(app, words, 1, e);
	if (opt_flag(a, "version"))
		return help_version(app, e);
	if ((rc = prepare(app, app->cmd->needs, e)) != HF_OK)
		return rc;
	if ((app->cmd->needs & NEED_WRITE) != 0)
		records_damaged(app);
	return app->cmd->run(app, a, e);
}

/* The command line, understood as far as it can be. */
struct line {
	const char       *words[2]; /* that may name a command */
	size_t            n_words;
	const struct cmd *cmd;  /* NULL: none is named */
	struct args      *args; /* of the whole line, or of its global options alone when something is wrong */
};

/* argv without the words that name the command. */
static int
without(char **argv, int argc, const int at[2], size_t used)
{
	int i, n = 0;

	for (i = 0; i < argc; i++)
		if (!((used > 0 && i == at[0]) || (used > 1 && i == at[1])))
			argv[n++] = argv[i];
	return n;
}

static enum hf_code
understand(struct line *l, int argc, char **argv, struct hf_err *e)
{
	int          at[2] = { 0, 0 };
	size_t       used;
	enum hf_code rc;

	l->n_words = opt_first_words(l->words, at, argc, argv);
	if (l->n_words == 0) {
		if ((rc = opt_parse(&l->args, NULL, NULL, argc, argv, e)) == HF_OK && !opt_flag(l->args, "help") &&
		    !opt_flag(l->args, "version"))
			rc = cmd_find(&l->cmd, &used, NULL, 0, e);
	} else if ((rc = cmd_find(&l->cmd, &used, l->words, l->n_words, e)) == HF_OK) {
		argc = without(argv, argc, at, used);
		rc = opt_parse(&l->args, l->cmd->options, l->cmd->operands, argc, argv, e);
	}
	if (l->args == NULL && (l->args = opt_parse_global(argc, argv)) == NULL)
		rc = hf_nomem(e);
	return rc;
}

/* No command, or none of that name: --help and --version are answered all the same. */
static enum hf_code
run_none(struct app *app, const struct line *l, enum hf_code rc, struct hf_err *e)
{
	if (l->n_words == 0 && rc == HF_OK)
		return opt_flag(l->args, "help") ? help_show(app, NULL, 0, e) : help_version(app, e);
	if (l->n_words > 0 && opt_flag(l->args, "help") && cmd_is_family(l->words[0])) {
		hf_err_clear(e);
		return help_show(app, l->words, 1, e);
	}
	return rc;
}

/* A wrong command line that has no better hint gets the right one. */
static void
hint_usage(const struct cmd *c, struct hf_err *e)
{
	char *usage = opt_usage(c->options, c->operands);

	if (usage == NULL || strlen(usage) + strlen(c->name) > 120)
		hf_hint(e, "holdfast help %s", c->name);
	else
		hf_hint(e, "holdfast %s %s", c->name, usage);
	free(usage);
}

/* A disk that failed: is it recorded or not? That is what people must know before they say it again. */
static void
hint_disk(enum hf_code rc, struct hf_err *e)
{
	if (e->hint[0] != '\0')
		return;
	if (rc == HF_WRITE)
		hf_hint(e, "nothing was recorded; make room, or see who may write there, and say it again");
	if (rc == HF_UNSURE)
		hf_hint(e, "it is recorded: do not say it again; see to the disk, then holdfast verify");
}

/* What the command line asks for. */
static enum hf_code
run(struct app *app, int argc, char **argv, struct hf_err *e)
{
	struct line   l = { .cmd = NULL };
	struct hf_err wrong = HF_ERR_INIT;
	enum hf_code  rc, understood;

	understood = understand(&l, argc, argv, &wrong);
	if ((rc = app_init(app, l.args, e)) != HF_OK)
		goto done;
	*e = wrong;
	if (understood == HF_OK && l.cmd != NULL) {
		app->cmd = l.cmd;
		rc = run_row(app, l.args, e);
	} else
		rc = run_none(app, &l, understood, e);
	if (rc == HF_USAGE && e->hint[0] == '\0' && l.cmd != NULL)
		hint_usage(l.cmd, e);
	hint_disk(rc, e);
done:
	opt_free(l.args);
	return rc;
}

int
main(int argc, char **argv)
{
	struct app    app = { .no_input = false };
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc;
	int           status = hf_code_status(HF_NOMEM);

	open_missing();
	tidy_environment();
	app_signals();
	setlocale(LC_CTYPE, "");
	rc = run(&app, argc > 0 ? argc - 1 : 0, argv + 1, &e);
	if (app.out != NULL && app.reg != NULL && hf_register_notice(app.reg)[0] != '\0')
		out_warn(app.out, "%s", hf_register_notice(app.reg));
	if (app.out != NULL)
		status = out_end(app.out, rc, &e, app_signal());
	app_clear(&app);
	edit_close();
	return status;
}
