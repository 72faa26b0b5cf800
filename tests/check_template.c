#include "holdfast/template.h"
#include "test.h"

#include <stdbool.h>
#include <stdio.h>

/* A template, its data and its partials (JSON; NULL: none), and what comes out. */
struct row {
	const char *text, *data, *partials, *want;
};

static enum hf_code
give_partial(void *arg, char **out, const char *name, struct hf_err *e)
{
	const char *s = hf_json_get_str(arg, name);

	if (strcmp(name, "refused") == 0)
		return hf_fail(e, HF_DENIED, "not for you");
	if (s != NULL && (*out = strdup(s)) == NULL)
		return hf_nomem(e);
	return HF_OK;
}

static struct hf_json *
parsed(const char *text)
{
	struct hf_json *j = NULL;

	if (text != NULL)
		ck_ok(hf_json_parse(&j, text, strlen(text), &e));
	return j;
}

/* Render a row into out with the options given, whose partials it brings. */
static enum hf_code
fill(struct hf_buf *out, const struct row *row, struct hf_template_opts opts, struct hf_err *e)
{
	struct hf_json *data = parsed(row->data), *partials = parsed(row->partials);
	enum hf_code    rc;

	if (partials != NULL)
		opts.partial = give_partial;
	opts.arg = partials;
	rc = hf_template_render(out, row->text, strlen(row->text), data, &opts, e);
	hf_json_free(partials);
	hf_json_free(data);
	return rc;
}

static void
check_row(const struct row *row, struct hf_template_opts opts)
{
	struct hf_buf out = HF_BUF_INIT;

	ck_ok(fill(&out, row, opts, &e));
	ck_assert_msg(strcmp(hf_buf_str(&out), row->want) == 0, "template: %s\ndata: %s\nwant: %s\ngot:  %s", row->text,
	    row->data == NULL ? "" : row->data, row->want, hf_buf_str(&out));
	hf_buf_clear(&out);
}

/* What the specification says. */
static const struct row spec[] = {
	/* text */
	{ "", "{}", NULL, "" },
	{ "No tags, {one} brace } {\n", "{}", NULL, "No tags, {one} brace } {\n" },
	{ "}} closes nothing", "{}", NULL, "}} closes nothing" },
	{ "\r\n\r\n", "{}", NULL, "\r\n\r\n" },
	{ "caf\u00e9 {{n}}", "{\"n\": \"na\u00efve\"}", NULL, "caf\u00e9 na\u00efve" },
	/* values */
	{ "Report to {{provider}}.", "{\"provider\": \"X\"}", NULL, "Report to X." },
	{ "{{a}}{{b}}{{a}}", "{\"a\": \"1\", \"b\": \"2\"}", NULL, "121" },
	{ "{{  a  }}|{{\ta\n}}", "{\"a\": \"x\"}", NULL, "x|x" },
	{ "{{a}}", "{\"a\": \"{{b}}\", \"b\": \"no\"}", NULL, "{{b}}" },
	{ "{{a}}", "{\"a\": \"R&D <b> \\\"it's\\\"\"}", NULL, "R&amp;D &lt;b&gt; &quot;it&#39;s&quot;" },
	{ "{{{a}}}", "{\"a\": \"R&D <b> \\\"it's\\\"\"}", NULL, "R&D <b> \"it's\"" },
	{ "{{&a}}", "{\"a\": \"R&D <b>\"}", NULL, "R&D <b>" },
	{ "{{{ a }}}{{& a }}{{ & a }}", "{\"a\": \"&\"}", NULL, "&&&" },
	{ "{{{a}}}}", "{\"a\": 1}", NULL, "1}" },
	{ "<{{a}}>", "{}", NULL, "<>" },
	{ "<{{{a}}}{{&a}}>", "{}", NULL, "<>" },
	{ "<{{a}}>", "{\"a\": null}", NULL, "<>" },
	{ "<{{a}}>", "{\"a\": \"\"}", NULL, "<>" },
	{ "  {{a}}\n", "{\"a\": \"x\"}", NULL, "  x\n" },
	{ "  {{a}}\n|", "{}", NULL, "  \n|" },
	{ "{{_a}} {{b-c}} {{9}} {{-}} {{\u00e9}} {{a@b}}", "{\"_a\": 1, \"b-c\": 2, \"9\": 3, \"-\": 4, \"\u00e9\": 5, \"a@b\": 6}",
	    NULL, "1 2 3 4 5 6" },
	/* dotted names */
	{ "{{account.owner.name}}", "{\"account\": {\"owner\": {\"name\": \"Jo Park\"}}}", NULL, "Jo Park" },
	{ "{{{a.b}}}{{&a.b}}", "{\"a\": {\"b\": \"<\"}}", NULL, "<<" },
	{ "<{{a.b.c}}>", "{\"a\": {}}", NULL, "<>" },
	{ "<{{a.b.c}}>", "{\"a\": {\"b\": \"text\"}}", NULL, "<>" },
	{ "<{{a.b}}>", "{\"a\": [{\"b\": 1}]}", NULL, "<>" },
	{ "<{{a.b}}>", "{\"a.b\": \"one key\"}", NULL, "<>" },
	{ "<{{a.b}}>", "{\"a.b\": \"one key\", \"a\": {\"b\": \"two\"}}", NULL, "<two>" },
	{ "{{#in}}<{{a.b}}>{{/in}}", "{\"in\": {\"a\": {}}, \"a\": {\"b\": \"outer\"}}", NULL, "<>" },
	{ "{{#in}}<{{a}}>{{/in}}", "{\"in\": {\"a\": null}, \"a\": \"outer\"}", NULL, "<>" },
	{ "{{#in}}{{a.b}}{{/in}}", "{\"in\": {\"b\": \"wrong\"}, \"a\": {\"b\": \"right\"}}", NULL, "right" },
	/* the value itself */
	{ "{{.}}", "\"a<b\"", NULL, "a&lt;b" },
	{ "{{{.}}}{{&.}}{{ . }}", "\"<\"", NULL, "<<&lt;" },
	{ "{{.}}", "42", NULL, "42" },
	{ "<{{.}}>", "null", NULL, "<>" },
	{ "{{#.}}{{n}},{{/.}}", "[{\"n\": 1}, {\"n\": 2}]", NULL, "1,2," },
	/* sections */
	{ "{{#drill}}DRILL{{/drill}}.", "{\"drill\": true}", NULL, "DRILL." },
	{ "{{#drill}}DRILL{{/drill}}.", "{\"drill\": false}", NULL, "." },
	{ "{{#drill}}DRILL{{/drill}}.", "{\"drill\": null}", NULL, "." },
	{ "{{#drill}}DRILL{{/drill}}.", "{}", NULL, "." },
	{ "{{#person}}{{name}}, {{org}}{{/person}}", "{\"person\": {\"name\": \"Jo\"}, \"org\": \"HQ\"}", NULL, "Jo, HQ" },
	{ "{{#a}}{{.}}{{a}}{{/a}}", "{\"a\": \"x\"}", NULL, "xx" },
	{ "{{#a}}in{{/a}}", "{\"a\": {}}", NULL, "in" },
	{ "{{#steps}}{{id}} {{/steps}}", "{\"steps\": [{\"id\": \"a\"}, {\"id\": \"b\"}]}", NULL, "a b " },
	{ "{{#steps}}x{{/steps}}", "{\"steps\": []}", NULL, "" },
	{ "{{#l}}<{{.}}>{{/l}}", "{\"l\": [\"a\", 2, 2.5, true, \"&\"]}", NULL, "<a><2><2.5><true><&amp;>" },
	{ "{{#l}}<{{{.}}}{{&.}}>{{/l}}", "{\"l\": [\"&\"]}", NULL, "<&&>" },
	{ "{{#l}}<{{.}}>{{/l}}", "{\"l\": [null, \"\", false]}", NULL, "<><><false>" },
	{ "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\": [[1, 2], [], [3]]}", NULL, "(12)()(3)" },
	{ "{{#l}}{{#m}}{{a}}{{b}};{{/m}}{{/l}}",
	    "{\"l\": [{\"a\": 1, \"m\": [{\"b\": 2}, {\"b\": 3}]}, {\"a\": 4, \"m\": [{\"b\": 5}]}]}", NULL, "12;13;45;" },
	{ "{{#a.b}}x{{/a.b}}{{^a.b}}y{{/a.b}}", "{\"a\": {\"b\": true}}", NULL, "x" },
	{ "{{#a.b.c}}x{{/a.b.c}}{{^a.b.c}}y{{/a.b.c}}", "{\"a\": {}}", NULL, "y" },
	{ "{{# a }}x{{/ a }}", "{\"a\": 1}", NULL, "x" },
	{ "{{#a}}1{{#a}}2{{/a}}3{{/a}}", "{\"a\": true}", NULL, "123" },
	{ "{{#a}}1{{#a}}2{{/a}}3{{/a}}", "{\"a\": false}", NULL, "" },
	{ "{{#a}}{{#b}}{{#c}}{{x}}{{y}}{{z}}{{/c}}{{/b}}{{x}}{{/a}}",
	    "{\"a\": {\"x\": 1, \"b\": {\"y\": 2, \"c\": {\"z\": 3, \"x\": 9}}}}", NULL, "9231" },
	/* inverted sections */
	{ "{{^a}}none{{/a}}", "{}", NULL, "none" },
	{ "{{^a}}none{{/a}}", "{\"a\": false}", NULL, "none" },
	{ "{{^a}}none{{/a}}", "{\"a\": null}", NULL, "none" },
	{ "{{^a}}none{{/a}}", "{\"a\": []}", NULL, "none" },
	{ "{{^a}}none{{/a}}", "{\"a\": {}}", NULL, "" },
	{ "{{^a}}none{{/a}}", "{\"a\": [0]}", NULL, "" },
	{ "{{^a}}{{^a}}x{{/a}}{{b}}{{/a}}", "{\"b\": 1}", NULL, "x1" },
	{ "{{#a}}[x]{{/a}}{{^ a }}[ ]{{/a}}", "{\"a\": true}", NULL, "[x]" },
	/* comments */
	{ "a{{! not shown }}b", "{}", NULL, "ab" },
	{ "a{{!\n on\n three lines }}b\n", "{}", NULL, "ab\n" },
	{ "{{!a}}{{! a }}{{ !a}}.", "{\"!a\": 1, \"! a\": 2, \"a\": 3}", NULL, "." },
	{ "{{!}}.{{!{{}}.", "{}", NULL, ".." },
	{ "{{! {{a}} }}", "{\"a\": 1}", NULL, " }}" },
	/* tags that stand alone take their line with them */
	{ "1\n{{! c }}\n2\n", "{}", NULL, "1\n2\n" },
	{ "1\n \t{{! c }} \t\n2\n", "{}", NULL, "1\n2\n" },
	{ "{{! c }}\n2", "{}", NULL, "2" },
	{ "1\n  {{! c }}", "{}", NULL, "1\n" },
	{ "1\r\n  {{! c }}\r\n2", "{}", NULL, "1\r\n2" },
	{ "1\n  {{!\n  c\n  }}  \n2", "{}", NULL, "1\n2" },
	{ "1\n{{! c }} x\n", "{}", NULL, "1\n x\n" },
	{ "1\nx {{! c }}\n2", "{}", NULL, "1\nx \n2" },
	{ "1\n{{! c }}{{! d }}\n2", "{}", NULL, "1\n\n2" },
	{ "1\n{{! c }}\r2", "{}", NULL, "1\n\r2" },
	{ "1\n\n{{! c }}\n\n2", "{}", NULL, "1\n\n\n2" },
	{ "1\n{{#a}}\n2\n{{/a}}\n3\n", "{\"a\": true}", NULL, "1\n2\n3\n" },
	{ "1\n\t{{#a}}\n2\n   {{/a}}\n3\n", "{\"a\": true}", NULL, "1\n2\n3\n" },
	{ "1\n{{#a}}\n2\n{{/a}}\n3\n", "{\"a\": false}", NULL, "1\n3\n" },
	{ "1\n{{^a}}\n2\n{{/a}}\n3\n", "{}", NULL, "1\n2\n3\n" },
	{ "{{#l}}\n- {{.}}\n{{/l}}\n", "{\"l\": [1, 2]}", NULL, "- 1\n- 2\n" },
	{ "{{#a}}{{/a}}\nx", "{\"a\": true}", NULL, "\nx" },
	{ " {{#a}}x{{/a}}\n {{^a}}y{{/a}}\n", "{\"a\": true}", NULL, " x\n \n" },
	{ "{{#a}} {{! c }}\n{{/a}}|", "{\"a\": 1}", NULL, " \n|" },
	{ "{{#a}}\n{{/a}}", "{\"a\": true}", NULL, "" },
	{ "{{#a}}\r\nx\r\n{{/a}}\r\n", "{\"a\": true}", NULL, "x\r\n" },
	{ "x\n{{{a}}}\n{{&a}}\n", "{}", NULL, "x\n\n\n" },
	/* delimiters */
	{ "{{=<% %>=}}<%a%> {{a}}", "{\"a\": 1}", NULL, "1 {{a}}" },
	{ "{{=| |=}}|#a||.||/a|", "{\"a\": \"x\"}", NULL, "x" },
	{ "{{=[ ]=}}[{a}][&a][a]", "{\"a\": \"<\"}", NULL, "<<&lt;" },
	{ "{{= << >> =}}<<={{ }}=>>{{a}}", "{\"a\": 1}", NULL, "1" },
	{ "1\n {{=<% %>=}} \n2\n<%! c %>\n3\n", "{}", NULL, "1\n2\n3\n" },
	{ "a {{=<% %>=}}\nb", "{}", NULL, "a \nb" },
	{ "{{=\n<%\t %>\n=}}<%a%>", "{\"a\": 1}", NULL, "1" },
	{ "{{#a}}{{=<% %>=}}<%b%><%/a%><%c%>", "{\"a\": true, \"b\": 1, \"c\": 2}", NULL, "12" },
	{ "{{=aa bb=}}aaxbbaaxbaabb", "{\"x\": 1}", NULL, "1" },
	/* partials */
	{ "<{{> head}}>", "{}", "{\"head\": \"text\"}", "<text>" },
	{ "<{{>head}}>", "{\"a\": 1}", "{\"head\": \"{{a}}\"}", "<1>" },
	{ "<{{> head}}>", "{}", "{}", "<>" },
	{ "<{{> head}}>", "{}", NULL, "<>" },
	{ "{{#l}}{{> p}}{{/l}}", "{\"l\": [{\"a\": 1}, {\"a\": 2}]}", "{\"p\": \"({{a}})\"}", "(1)(2)" },
	{ "{{> provider/head}}", "{}", "{\"provider/head\": \"x\"}", "x" },
	{ "{{> a}}", "{\"x\": 1}", "{\"a\": \"[{{> b}}]\", \"b\": \"{{x}}\"}", "[1]" },
	{ "{{> node}}", "{\"n\": 1, \"under\": [{\"n\": 2, \"under\": [{\"n\": 3, \"under\": []}]}, {\"n\": 4, \"under\": []}]}",
	    "{\"node\": \"{{n}}({{#under}}{{> node}}{{/under}})\"}", "1(2(3())4())" },
	{ "{{=<% %>=}}<%> p%><%a%>", "{\"a\": 1}", "{\"p\": \"{{a}}<%a%>\"}", "1<%a%>1" },
	{ "{{> p}}{{a}}<%a%>", "{\"a\": 1}", "{\"p\": \"{{=<% %>=}}<%a%>\"}", "11<%a%>" },
	{ "{{#a}}{{> p}}{{/a}}", "{}", "{\"p\": \"{{\"}", "" },
	/* the white space before a partial that stands alone goes before each of its lines */
	{ "1\n  {{> p}}\n2\n", "{}", "{\"p\": \"a\\nb\\n\"}", "1\n  a\n  b\n2\n" },
	{ "1\n  {{> p}}\n2\n", "{}", "{\"p\": \"a\\nb\"}", "1\n  a\n  b2\n" },
	{ "\t{{> p}}", "{}", "{\"p\": \"a\\n\\nb\"}", "\ta\n\t\n\tb" },
	{ "  {{> p}} x\n", "{}", "{\"p\": \"a\\nb\"}", "  a\nb x\n" },
	{ "x {{> p}}\n", "{}", "{\"p\": \"a\\nb\\n\"}", "x a\nb\n\n" },
	{ "  {{> p}}\n", "{\"v\": \"1\\n2\"}", "{\"p\": \"{{v}}\\n{{{v}}}\\n\"}", "  1\n2\n  1\n2\n" },
	{ "  {{> p}}\n", "{\"v\": [1, 2]}", "{\"p\": \"{{#v}}\\n- {{.}}\\n{{/v}}\\n\"}", "  - 1\n  - 2\n" },
	{ "  {{> p}}\n", "{\"v\": [1, 2]}", "{\"p\": \"{{#v}}{{.}}{{/v}}\\n{{! c }}.\\n\"}", "  12\n  .\n" },
	{ "  {{> p}}\n", "{\"v\": [1, 2]}", "{\"p\": \"a{{#v}}\\n{{.}}{{/v}}\\n\"}", "  a\n  1\n  2\n" },
	{ " {{> p}}\n", "{}", "{\"p\": \"a\\n  {{> q}}\\nb\\n\", \"q\": \"c\\nd\\n\"}", " a\n   c\n   d\n b\n" },
	{ " {{> p}}\n", "{}", "{\"p\": \"{{> q}}\\nx {{> q}}\\n\", \"q\": \"c\\nd\\n\"}", " c\n d\n x c\nd\n\n" },
	{ "> {{> p}}\n", "{}", "{\"p\": \"a\\nb\\n\"}", "> a\nb\n\n" },
	{ "1\r\n {{> p}}\r\n2", "{}", "{\"p\": \"a\\r\\nb\\r\\n\"}", "1\r\n a\r\n b\r\n2" },
	{ " {{> p}}\n.", "{}", "{\"p\": \"\"}", "." },
};

START_TEST(as_specified)
{
	struct hf_template_opts opts = { .escape = HF_ESCAPE_HTML };

	check_row(&spec[_i], opts);
}
END_TEST

/* What the specification leaves open. */
static const struct row ours[] = {
	{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": \"\"}", NULL, "no" },
	{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": 0}", NULL, "yes" },
	{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": 0.0}", NULL, "yes" },
	{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": \"false\"}", NULL, "yes" },
	{ "{{a}}", "{\"a\": [\"x\", 2, true]}", NULL, "x, 2, true" },
	{ "{{a}}", "{\"a\": [\"\", \"x\", null, \"y\", \"\"]}", NULL, "x, y" },
	{ "{{a}}", "{\"a\": [[1, 2], 3]}", NULL, "[1,2], 3" },
	{ "<{{a}}>", "{\"a\": []}", NULL, "<>" },
	{ "{{{a}}}", "{\"a\": {\"c\": 1, \"b\": [\"x\"]}}", NULL, "{\"b\":[\"x\"],\"c\":1}" },
	{ "{{a}} {{b}}", "{\"a\": true, \"b\": false}", NULL, "true false" },
	{ "{{a}} {{b}} {{c}}", "{\"a\": 0, \"b\": -7, \"c\": 9223372036854775807}", NULL, "0 -7 9223372036854775807" },
	{ "{{a}}", "{\"a\": 1.21}", NULL, "1.21" },
	{ "{{a}}", "{\"a\": 1.1}", NULL, "1.1" },
	{ "{{a}}", "{\"a\": 0.1}", NULL, "0.1" },
	{ "{{a}}", "{\"a\": -0.5}", NULL, "-0.5" },
	{ "{{a}}", "{\"a\": 85.0}", NULL, "85" },
	{ "{{a}}", "{\"a\": 100.0}", NULL, "100" },
	{ "{{a}}", "{\"a\": 0.0}", NULL, "0" },
	{ "{{a}}", "{\"a\": -0.0}", NULL, "0" },
	{ "{{a}}", "{\"a\": 0.30000000000000004}", NULL, "0.30000000000000004" },
	{ "{{a}}", "{\"a\": 123456.789}", NULL, "123456.789" },
	{ "{{a}}", "{\"a\": 1e15}", NULL, "1000000000000000" },
	{ "{{a}}", "{\"a\": 123456789012345678901.0}", NULL, "123456789012345680000" },
	{ "{{a}}", "{\"a\": 0.00001}", NULL, "0.00001" },
	{ "{{a}}", "{\"a\": 1.5e300}", NULL, "1.5e+300" },
	{ "{{a}}", "{\"a\": 2e21}", NULL, "2e+21" },
	{ "{{a}}", "{\"a\": 1.25e-9}", NULL, "1.25e-9" },
	{ "{{a}}", "{\"a\": 1.7976931348623157e308}", NULL, "1.7976931348623157e+308" },
};

START_TEST(as_documented)
{
	struct hf_template_opts opts = { .escape = HF_ESCAPE_HTML };

	check_row(&ours[_i], opts);
}
END_TEST

/* With missing "not recorded" and stands_for "ref". */
static const struct row reports[] = {
	{ "{{a}}", "{}", NULL, "not recorded" },
	{ "{{a}}", "{\"a\": null}", NULL, "not recorded" },
	{ "{{a}}", "{\"a\": \"\"}", NULL, "not recorded" },
	{ "{{a}}", "{\"a\": []}", NULL, "not recorded" },
	{ "{{a}}", "{\"a\": [null, \"\"]}", NULL, "not recorded" },
	{ "{{a.b.c}}", "{\"a\": {\"b\": {}}}", NULL, "not recorded" },
	{ "{{{a}}} {{&a}}", "{}", NULL, "not recorded not recorded" },
	{ "{{#l}}{{.}};{{/l}}", "{\"l\": [\"a\", \"\", null]}", NULL, "a;not recorded;not recorded;" },
	{ "{{a}} {{b}} {{c}}", "{\"a\": false, \"b\": 0, \"c\": 0.0}", NULL, "false 0 0" },
	{ "{{a}}", "{\"a\": \" \"}", NULL, "&#32;" },
	{ "{{#a}}x{{/a}}{{^a}}y{{/a}}{{> none}}{{! c }}", "{}", "{}", "y" },
	{ "{{#in}}{{a}}{{/in}}", "{\"in\": {\"a\": \"\"}, \"a\": \"outer\"}", NULL, "not recorded" },
	{ "{{owner}}", "{\"owner\": {\"name\": \"Jo\", \"ref\": \"jo@a.example\"}}", NULL, "jo@a.example" },
	{ "{{owner}}", "{\"owner\": {\"name\": \"Jo\"}}", NULL, "not recorded" },
	{ "{{owner}}", "{\"owner\": {\"ref\": {\"ref\": \"x\"}}}", NULL, "not recorded" },
	{ "{{l}}", "{\"l\": [{\"ref\": \"x:a\"}, {\"ref\": \"x:b\"}]}", NULL, "x:a, x:b" },
	{ "{{#owner}}{{name}}{{/owner}}", "{\"owner\": {\"name\": \"Jo\", \"ref\": \"x\"}}", NULL, "Jo" },
	{ "{{a}}", "{\"a\": \"*\"}", NULL, "\\*" },
	{ "{{a}}. Then\n{{b}}. {{c}}\n", "{\"a\": \"12\", \"b\": 1, \"c\": -1}", NULL, "12\\. Then\n1. -1\n" },
	{ "{{#l}}{{.}}{{/l}}) x", "{\"l\": [\"1\", \"2\"]}", NULL, "12\\) x" },
};

START_TEST(as_reports_want_it)
{
	struct hf_template_opts opts = { .escape = HF_ESCAPE_MD, .missing = "not recorded", .stands_for = "ref" };

	check_row(&reports[_i], opts);
}
END_TEST

/* want is the message, whole. */
static const struct row faults[] = {
	{ "a\n b {{x", "{}", NULL, "t:2:4: a tag is not closed with }}" },
	{ "{{{x}}", "{}", NULL, "t:1:1: a tag is not closed with }}}" },
	{ "{{! x }", "{}", NULL, "t:1:1: a tag is not closed with }}" },
	{ "{{=<% %>}}", "{}", NULL, "t:1:1: a tag is not closed with =}}" },
	{ "{{=<% %>=}}\n<% x }}", "{}", NULL, "t:2:1: a tag is not closed with %>" },
	{ "x{{}}", "{}", NULL, "t:1:2: a tag has no name" },
	{ "x{{ }}", "{}", NULL, "t:1:2: a tag has no name" },
	{ "{{=( &) =}}(&)", "{}", NULL, "t:1:12: a tag has no name" },
	{ "{{# }}{{/}}", "{}", NULL, "t:1:1: a tag has no name" },
	{ "{{>}}", "{}", NULL, "t:1:1: a tag has no name" },
	{ "{{{}}}", "{}", NULL, "t:1:1: a tag has no name" },
	{ "{{$x}}{{/x}}", "{}", NULL, "t:1:1: no kind of tag starts with $" },
	{ "{{<x}}{{/x}}", "{}", NULL, "t:1:1: no kind of tag starts with <" },
	{ "{{>*x}}", "{}", NULL, "t:1:1: no kind of tag starts with *" },
	{ "{{@index}}", "{}", NULL, "t:1:1: no kind of tag starts with @" },
	{ "caf\u00e9 {{?x}}", "{}", NULL, "t:1:7: no kind of tag starts with ?" },
	{ "{{#if x}}", "{}", NULL, "t:1:1: a name has white space in it: if" },
	{ "{{x\n\n}} {{a b}}", "{}", NULL, "t:3:4: a name has white space in it: a" },
	{ "{{../x}}", "{}", NULL, "t:1:1: a part of the name is empty: ../x" },
	{ "{{a..b}}", "{}", NULL, "t:1:1: a part of the name is empty: a..b" },
	{ "{{.a}}", "{}", NULL, "t:1:1: a part of the name is empty: .a" },
	{ "{{#a.}}{{/a.}}", "{}", NULL, "t:1:1: a part of the name is empty: a." },
	{ "\n {{#a}}\n", "{}", NULL, "t:2:2: a section is not closed: a" },
	{ "{{#a}}\n{{#b}}{{/b}}", "{}", NULL, "t:1:1: a section is not closed: a" },
	{ "{{/a}}", "{}", NULL, "t:1:1: no section is open: /a" },
	{ "{{#a}}{{/a}}{{/a}}", "{}", NULL, "t:1:13: no section is open: /a" },
	{ "{{#a}}\n{{/b}}", "{}", NULL, "t:2:1: /b closes nothing: the open section is a, from 1:1" },
	{ "{{#a}}{{#b}}{{/a}}{{/b}}", "{}", NULL, "t:1:13: /a closes nothing: the open section is b, from 1:7" },
	{ "{{#ab}}{{/a}}", "{}", NULL, "t:1:8: /a closes nothing: the open section is ab, from 1:1" },
	{ "{{==}}", "{}", NULL, "t:1:1: a change of the delimiters names two" },
	{ "{{=<%=}}", "{}", NULL, "t:1:1: a change of the delimiters names two" },
	{ "{{=<% %> x=}}", "{}", NULL, "t:1:1: a change of the delimiters names two" },
	{ "{{=<= =>=}}", "{}", NULL, "t:1:1: a delimiter has = in it" },
	{ "{{=12345678901234567 >=}}", "{}", NULL, "t:1:1: a delimiter has over 16 bytes" },
	{ "{{> ../secret}}", "{}", "{}", "t:1:1: not a partial's name: ../secret" },
	{ "{{> a/../b}}", "{}", "{}", "t:1:1: not a partial's name: a/../b" },
	{ "{{> a//b}}", "{}", "{}", "t:1:1: not a partial's name: a//b" },
	{ "{{> a/}}", "{}", "{}", "t:1:1: not a partial's name: a/" },
	{ "{{> .git/config}}", "{}", "{}", "t:1:1: not a partial's name: .git/config" },
	{ "{{> a\\b}}", "{}", "{}", "t:1:1: not a partial's name: a\\b" },
	{ "{{> /etc/passwd}}", "{}", "{}", "t:1:1: no kind of tag starts with /" },
	{ "x\n{{> p}}", "{}", "{\"p\": \"y\\n {{z\"}", "p:2:2: a tag is not closed with }}" },
	{ "{{#a}}{{> p}}", "{\"a\": 1}", "{\"p\": \"{{/a}}\"}", "t:1:1: a section is not closed: a" },
	{ "{{> p}}", "{}", "{\"p\": \"{{/a}}\"}", "p:1:1: no section is open: /a" },
	{ "x {{> refused}}", "{}", "{}", "t:1:3: not for you" },
	{ "{{> p}}", "{}", "{\"p\": \"x{{> p}}\"}", "p:1:2: partials nested over 32 deep" },
	{ "{{> p}}", "{}", "{\"p\": \"{{> q}}\", \"q\": \"{{> p}}\"}", "q:1:1: partials nested over 32 deep" },
};

START_TEST(fault_is_told)
{
	struct hf_template_opts opts = { .name = "t" };
	struct hf_err           e = HF_ERR_INIT;
	struct hf_buf           out = HF_BUF_INIT;

	hf_buf_adds(&out, "before");
	ck_assert_int_ne(fill(&out, &faults[_i], opts, &e), HF_OK);
	ck_assert_int_eq(e.code, strstr(e.msg, "not for you") != NULL ? HF_DENIED : HF_BAD);
	ck_assert_str_eq(e.msg, faults[_i].want);
	ck_assert_str_eq(hf_buf_str(&out), "before");
	ck_assert_int_ne(fill(&out, &faults[_i], opts, NULL), HF_OK);
	hf_buf_clear(&out);
}
END_TEST

/* s repeated n times, to be freed. */
static char *
times(const char *s, size_t n)
{
	struct hf_buf b = HF_BUF_INIT;

	while (n-- > 0)
		hf_buf_adds(&b, s);
	return hf_buf_steal(&b);
}

/* n sections named a, each in the one before, around inside. */
static char *
nested(size_t n, const char *inside)
{
	char         *open = times("{{#a}}", n), *close = times("{{/a}}", n);
	struct hf_buf b = HF_BUF_INIT;

	hf_buf_addf(&b, "%s%s%s", open, inside, close);
	free(open);
	free(close);
	return hf_buf_steal(&b);
}

static enum hf_code
fill_text(struct hf_buf *out, const char *text, const char *data, const char *partials, struct hf_err *e)
{
	struct row              row = { text, data, partials, NULL };
	struct hf_template_opts opts = { .escape = HF_ESCAPE_NONE };

	return fill(out, &row, opts, e);
}

START_TEST(sections_have_a_limit)
{
	struct hf_buf out = HF_BUF_INIT;
	char         *most = nested(256, "x"), *over = nested(257, "x");

	ck_ok(fill_text(&out, most, "{\"a\": true}", NULL, &e));
	ck_assert_str_eq(hf_buf_str(&out), "x");
	ck_fails(HF_BAD, "template:1:1537: sections nested over 256 deep", fill_text(&out, over, "{\"a\": true}", NULL, &e));
	free(most);
	free(over);
	hf_buf_clear(&out);
}
END_TEST

/* Sixteen sections in each of fifteen partials and fifteen in the last are within the limit. */
START_TEST(sections_count_through_partials)
{
	struct hf_buf out = HF_BUF_INIT, data = HF_BUF_INIT, partials = HF_BUF_INIT;
	char         *deep = nested(15, "{{#next}}{{> p}}{{/next}}");
	char         *open = times("{\"next\": ", 15), *close = times("}", 15);

	hf_buf_addf(&partials, "{\"p\": \"%s\"}", deep);
	hf_buf_addf(&data, "{\"a\": true, \"next\": %s{\"next\": false}%s}", open + 9, close + 1);
	ck_ok(fill_text(&out, "{{> p}}", data.data, partials.data, &e));
	hf_buf_cut(&data, 0);
	hf_buf_addf(&data, "{\"a\": true, \"next\": %s{\"next\": false}%s}", open, close);
	ck_fails(HF_BAD, "p:1:1: sections nested over 256 deep", fill_text(&out, "{{> p}}", data.data, partials.data, &e));
	hf_buf_clear(&partials);
	hf_buf_clear(&data);
	hf_buf_clear(&out);
	free(close);
	free(open);
	free(deep);
}
END_TEST

START_TEST(partials_may_be_32_deep)
{
	struct hf_buf out = HF_BUF_INIT;
	char         *open = times("{\"n\": ", 31), *close = times("}", 31);
	struct hf_buf data = HF_BUF_INIT;

	hf_buf_addf(&data, "%s{\"n\": false}%s", open, close);
	ck_ok(fill_text(&out, "{{> p}}", data.data, "{\"p\": \"x{{#n}}{{> p}}{{/n}}\"}", &e));
	ck_assert_uint_eq(out.len, 32);
	ck_fails(HF_BAD, "partials nested over 32 deep",
	    fill_text(&out, "{{> p}}", "{\"n\": {\"m\": \"no n: again\"}}", "{\"p\": \"x{{#n}}{{> p}}{{/n}}\"}", &e));
	hf_buf_clear(&data);
	hf_buf_clear(&out);
	free(close);
	free(open);
}
END_TEST

START_TEST(output_has_a_limit)
{
	struct hf_buf out = HF_BUF_INIT, text = HF_BUF_INIT;
	size_t        half = HF_TEMPLATE_OUT_MAX / 2;

	hf_buf_adds(&out, "kept");
	hf_buf_pad(&text, 'x', half);
	hf_buf_adds(&text, "{{> p}}");
	hf_buf_pad(&text, 'x', half - 1);
	ck_ok(fill_text(&out, text.data, "{}", "{\"p\": \"y\"}", &e));
	ck_assert_uint_eq(out.len, HF_TEMPLATE_OUT_MAX + 4);
	hf_buf_cut(&out, 4);
	ck_fails(HF_BAD, ": output over 16 MiB", fill_text(&out, text.data, "{}", "{\"p\": \"yy\"}", &e));
	ck_assert_str_eq(out.data, "kept");
	hf_buf_clear(&text);
	hf_buf_clear(&out);
}
END_TEST

START_TEST(a_full_buffer_is_told)
{
	struct hf_buf out = HF_BUF_INIT;

	out.max = 10;
	ck_fails(HF_BAD, "too large", fill_text(&out, "{{#l}}{{.}}{{/l}}", "{\"l\": [\"12345\", \"12345\", \"1\"]}", NULL, &e));
	hf_buf_clear(&out);
}
END_TEST

/* Each would run for ages without printing much. */
START_TEST(loops_have_a_limit)
{
	static const char *const inside[] = { "", "{{b}}{{^b}}{{/b}}", "{{a}}", "{{> p}}", "{{a.a.a}}{{> none}}" };
	const char              *data = "{\"a\": [1, 2, 3, 4, 5, 6, 7, 8, 9, null], \"b\": \"\"}";
	const char              *partials = "{\"p\": \"{{#a}}{{#a}}{{#a}}{{/a}}{{/a}}{{/a}}{{#b}}{{> p}}{{/b}}\"}";
	struct hf_buf            out = HF_BUF_INIT;
	char                    *text = nested(_i % 2 == 0 ? 256 : 8, inside[_i]);

	ck_fails(HF_BAD, _i == 2 ? "" : "loops within loops", fill_text(&out, text, data, partials, &e));
	ck_assert_uint_eq(out.len, 0);
	free(text);
	hf_buf_clear(&out);
}
END_TEST

/* A megabyte of empty lines, each of which would get a megabyte of indentation. */
START_TEST(indentation_has_a_limit)
{
	struct hf_buf out = HF_BUF_INIT, text = HF_BUF_INIT, partials = HF_BUF_INIT;
	char         *lines = times("\\n", 1 << 20);

	hf_buf_pad(&text, ' ', 1 << 20);
	hf_buf_adds(&text, "{{> p}}");
	hf_buf_addf(&partials, "{\"p\": \"%s\"}", lines);
	ck_fails(HF_BAD, "p:1:1: output over 16 MiB", fill_text(&out, text.data, "{}", partials.data, &e));
	ck_assert_uint_lt(out.cap, 3 * HF_TEMPLATE_OUT_MAX);
	hf_buf_clear(&partials);
	hf_buf_clear(&text);
	hf_buf_clear(&out);
	free(lines);
}
END_TEST

START_TEST(names_have_a_limit)
{
	struct hf_buf out = HF_BUF_INIT, text = HF_BUF_INIT, data = HF_BUF_INIT;
	char         *most = times("n", 255);

	hf_buf_addf(&text, "{{%s}}{{> %s}}", most, most);
	hf_buf_addf(&data, "{\"%s\": 1}", most);
	ck_ok(fill_text(&out, text.data, data.data, "{}", &e));
	ck_assert_str_eq(out.data, "1");
	hf_buf_cut(&text, 0);
	hf_buf_addf(&text, "{{%sn}}", most);
	ck_fails(HF_BAD, "template:1:1: a name has over 255 bytes", fill_text(&out, text.data, data.data, "{}", &e));
	hf_buf_clear(&data);
	hf_buf_clear(&text);
	hf_buf_clear(&out);
	free(most);
}
END_TEST

START_TEST(no_options_no_data)
{
	struct hf_buf out = HF_BUF_INIT;

	ck_ok(hf_template_render(&out, NULL, 0, NULL, NULL, &e));
	ck_assert_str_eq(hf_buf_str(&out), "");
	ck_ok(hf_template_render(&out, "a{{b}}{{#.}}c{{/.}}{{> d}}e", 27, NULL, NULL, &e));
	ck_assert_str_eq(hf_buf_str(&out), "ae");
	ck_ok(hf_template_render(&out, "f{{g", 1, NULL, NULL, &e));
	ck_assert_str_eq(hf_buf_str(&out), "aef");
	ck_fails(HF_BAD, "template:2:2: a NUL byte", hf_template_render(&out, "\nx\0y", 4, NULL, NULL, &e));
	hf_buf_clear(&out);
}
END_TEST

static enum hf_code
count_partial(void *arg, char **out, const char *name, struct hf_err *e)
{
	size_t *asked = arg;

	(void)e;
	*asked += 1;
	*out = strcmp(name, "p") == 0 ? strdup("p") : NULL;
	return HF_OK;
}

START_TEST(partials_are_asked_for_once)
{
	size_t                  asked = 0;
	struct hf_template_opts opts = { .partial = count_partial, .arg = &asked };
	struct hf_buf           out = HF_BUF_INIT;
	const char             *text = "{{> p}}{{> q}}{{> p}}{{> q}}{{#never}}{{> r}}{{/never}}";

	ck_ok(hf_template_render(&out, text, strlen(text), NULL, &opts, &e));
	ck_assert_str_eq(hf_buf_str(&out), "pp");
	ck_assert_uint_eq(asked, 2);
	hf_buf_clear(&out);
}
END_TEST

/* A page as people write it: what is typed stays in its place. */
START_TEST(whole_report)
{
	static const struct row row = {
		"# Report to X: {{account.handle}}\n"
		"\n"
		"{{> head}}\n"
		"{{#needed}}\n"
		"- Still needed: {{label}}\n"
		"{{/needed}}\n"
		"\n"
		"## What happened\n"
		"First sign {{noticed_at}}: {{seen_what}}\n"
		"{{#asks}}\n"
		"- {{#have}}[x]{{/have}}{{^have}}[ ]{{/have}} {{label}}{{^have}}: **missing**{{/have}}\n"
		"{{/asks}}\n"
		"| who | {{account.owner}} |\n",
		"{\"account\": {\"handle\": \"@a_b\\n# pwned\", \"owner\": {\"ref\": \"Jo | Park\"}}, \"run\": {\"drill\": true},"
		" \"needed\": [{\"label\": \"- a list\"}], \"seen_what\": \"> line one\\n## line two\\n\\n1. three\\n\","
		" \"asks\": [{\"have\": true, \"label\": \"](javascript:alert(1))\"}, {\"have\": false, \"label\": \"<img src=x>\"}]}",
		"{\"head\": \"{{#run.drill}}\\n**DRILL. Do not file.**\\n{{/run.drill}}\\n\"}",
		"# Report to X: @a_b \\# pwned\n"
		"\n"
		"**DRILL. Do not file.**\n"
		"- Still needed: \\- a list\n"
		"\n"
		"## What happened\n"
		"First sign not recorded: \\> line one\\\n"
		"\\## line two\\\n"
		"\\\n"
		"1\\. three\n"
		"- [x] \\](javascript:alert(1))\n"
		"- [ ] \\<img src=x\\>: **missing**\n"
		"| who | Jo \\| Park |\n",
	};
	struct hf_template_opts opts = { .escape = HF_ESCAPE_MD, .missing = "not recorded", .stands_for = "ref" };

	check_row(&row, opts);
}
END_TEST

START_TEST(whole_table)
{
	static const struct row row = {
		"who,what\n{{#rows}}\n{{who}},{{what}},{{n}}\n{{/rows}}\n",
		"{\"rows\": [{\"who\": \"=cmd()\", \"what\": \"a \\\"b\\\",\\nc\", \"n\": -1.5}, {\"who\": \"\", \"n\": 3}]}",
		NULL,
		"who,what\n\"'=cmd()\",\"a \"\"b\"\",\nc\",\"-1.5\"\n\"none\",\"none\",\"3\"\n",
	};
	struct hf_template_opts opts = { .escape = HF_ESCAPE_CSV, .missing = "none" };

	check_row(&row, opts);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("template");
	TCase *t = tcase_create("template");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, as_specified, 0, N_OF(spec));
	tcase_add_loop_test(t, as_documented, 0, N_OF(ours));
	tcase_add_loop_test(t, as_reports_want_it, 0, N_OF(reports));
	tcase_add_loop_test(t, fault_is_told, 0, N_OF(faults));
	tcase_add_test(t, sections_have_a_limit);
	tcase_add_test(t, sections_count_through_partials);
	tcase_add_test(t, partials_may_be_32_deep);
	tcase_add_test(t, output_has_a_limit);
	tcase_add_test(t, a_full_buffer_is_told);
	tcase_add_loop_test(t, loops_have_a_limit, 0, 5);
	tcase_add_test(t, indentation_has_a_limit);
	tcase_add_test(t, names_have_a_limit);
	tcase_add_test(t, no_options_no_data);
	tcase_add_test(t, partials_are_asked_for_once);
	tcase_add_test(t, whole_report);
	tcase_add_test(t, whole_table);
	suite_add_tcase(s, t);
	return run_suite(s);
}
