#include <string.h>

#include "doc_in.h"
#include "holdfast/escape.h"
#include "holdfast/text.h"

/*
 * The style is the only thing the page may use: STYLE_HASH is its SHA-256 in base 64 (tests/check_doc.c computes it anew). A fixed
 * element is repeated on every page of paper, so the mark is.
 */
#define STYLE                                                                                                                         \
	"body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}"         \
	"h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2rem;border-bottom:1px solid #888}h3{font-size:1.05rem}" \
	"blockquote{margin:1rem 0;padding:.5rem 1rem;border:2px solid #111}blockquote p{margin:0}"                                    \
	"pre{padding:.5rem 1rem;border:1px solid #888;white-space:pre-wrap;overflow-wrap:anywhere}"                                   \
	"code{font-family:ui-monospace,monospace;font-size:.95em}a{color:#0b4a8f;overflow-wrap:anywhere}"                             \
	".mark{position:fixed;top:0;left:0;right:0;margin:0;padding:.25rem;text-align:center;font-weight:bold;letter-spacing:.2em;"   \
	"color:#fff;background:#a00}.marked{padding-top:2rem}"                                                                        \
	"@media(prefers-color-scheme:dark){body{color:#eee;background:#111}blockquote{border-color:#eee}a{color:#9cf}}"               \
	"@page{margin:2cm}"                                                                                                           \
	"@media print{body{font-size:11pt;max-width:none;margin:0;padding:0;color:#000;background:#fff}h1,h2,h3{break-after:avoid}"   \
	"h1~h1{break-before:page}"                                                                                                    \
	"blockquote,pre,li{break-inside:avoid}a{color:#000}a[href]::after{content:\" <\" attr(href) \">\";font-size:.85em}"           \
	".mark{color:#000;background:#fff;border:2px solid #000}}"

#define STYLE_HASH "saSz6Yiq0lh3RwFR06AtEJZkDYD0R3BBL9hubHTb3v4="

static void
add_escaped(struct hf_buf *out, const char *s)
{
	struct hf_buf clean = HF_BUF_INIT;

	hf_text_clean(&clean, s, strlen(s), false);
	hf_escape_add(out, hf_buf_str(&clean), HF_ESCAPE_HTML, NULL);
	out->failed |= clean.failed;
	hf_buf_clear(&clean);
}

enum hf_code
hf_doc_html(struct hf_buf *out, const char *markdown, size_t len, const char *title, const char *mark, struct hf_err *e)
{
	enum hf_code rc;
	bool         marked = mark != NULL && mark[0] != '\0';

	hf_buf_adds(out,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" STYLE_HASH
	    "'; base-uri 'none'; form-action 'none'\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	add_escaped(out, title);
	hf_buf_adds(out, "</title>\n<style>" STYLE "</style>\n</head>\n");
	if (marked) {
		hf_buf_adds(out, "<body class=\"marked\">\n<p class=\"mark\">");
		add_escaped(out, mark);
		hf_buf_adds(out, "</p>\n");
	} else {
		hf_buf_adds(out, "<body>\n");
	}
	if ((rc = hf_node_html(out, markdown, len, e)) != HF_OK)
		return rc;
	hf_buf_adds(out, "</body>\n</html>\n");
	return hf_buf_check(out, e);
}
