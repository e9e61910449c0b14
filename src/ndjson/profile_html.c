/* The profile as one page: nothing in it runs, nothing comes from elsewhere. */
#include "ndjson/profile.h"
#include "ndjson/profile_page.h"
#include "ndjson/profile_text.h"

/* More paths than these are closed at first, but for those on the way to a conflict. */
enum { OPEN_PATHS = 300 };

static const char before_title[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>";

static const char style[] =
    "</title>\n<style>\n"
    ":root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #59636e;\n"
    "  --line: #d8dee4; --value: #2f7d4f; --zero: #d9a514; --null: #b3402f; --missing: #c3cad1; }\n"
    "@media (prefers-color-scheme: dark) { :root { --back: #14181d; --text: #e3e8ee;\n"
    "  --soft: #9aa5b1; --line: #333b45; --value: #4fae78; --zero: #e0b63f; --null: #e2705e;\n"
    "  --missing: #4b5562; } }\n"
    "body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--back);\n"
    "  color: var(--text); font: 15px/1.5 system-ui, sans-serif; }\n"
    "h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }\n"
    "a { color: inherit; }\n"
    "ul { list-style: none; margin: 0; padding: 0 0 0 1.25rem; }\n"
    ".tree, .conflicts { padding: 0; }\n"
    ".tree ul { border-left: 1px solid var(--line); }\n"
    ".sample, .conflicts > li { border-left: .3rem solid var(--null); padding-left: .6rem;\n"
    "  margin-bottom: .5rem; }\n"
    "summary { cursor: pointer; padding: .15rem 0; border-bottom: 1px solid var(--line); }\n"
    "summary > span { display: inline-block; vertical-align: middle; margin-right: .6rem; }\n"
    ".name, .example, dd bdi, .conflicts bdi { font-family: ui-monospace, monospace;\n"
    "  overflow-wrap: anywhere; }\n"
    ".name { min-width: 14rem; font-weight: 600; }\n"
    ".types { min-width: 6rem; } .types, .shares { color: var(--soft); font-size: .85em; }\n"
    ".mixed { color: var(--null); font-weight: 600; }\n"
    ".example { color: var(--soft); font-size: .85em; }\n"
    ".bar { width: 10rem; height: .7rem; background: var(--line); white-space: nowrap;\n"
    "  font-size: 0; overflow: hidden; border-radius: .2rem; }\n"
    "summary > .bar { display: inline-flex; }\n"
    ".bar i, .key i { display: block; height: 100%; }\n"
    ".value { background: var(--value); } .zero { background: var(--zero); }\n"
    ".null { background: var(--null); } .missing { background: var(--missing); }\n"
    ".key i { display: inline-block; width: .8rem; height: .7rem; margin: 0 .3rem 0 .9rem; }\n"
    "dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem;\n"
    "  margin: .3rem 0 .8rem 1.25rem; font-size: .9em; }\n"
    "dt { color: var(--soft); } dd { margin: 0; }\n"
    "</style>\n</head>\n<body>\n";

static const char key[] = "<p class=\"key\">Of the records, or the parent's objects:"
			  "<i class=\"value\"></i>values"
			  "<i class=\"zero\"></i>empty, zero or false"
			  "<i class=\"null\"></i>null"
			  "<i class=\"missing\"></i>missing</p>\n";

struct page {
	FILE *out;
	const struct infer *in;
	struct buf text; /* not yet written */
	size_t paths;    /* written */
};

static void
flush(struct page *g)
{
	if (g->text.len > 0)
		fwrite(g->text.data, 1, g->text.len, g->out);
	buf_clear(&g->text);
}

static void
print_head(struct page *g)
{
	struct buf title = {0}, sample = {0};

	buf_adds(&g->text, before_title);
	profile_title(&title, g->in);
	buf_adds(&g->text, "Profile: ");
	page_text(&g->text, title.data, title.len);
	buf_adds(&g->text, style);
	buf_adds(&g->text, "<h1>Profile</h1>\n<p>");
	page_text(&g->text, title.data, title.len);
	buf_adds(&g->text, "</p>\n");
	if (profile_sample(&sample, g->in)) {
		buf_adds(&g->text, "<p class=\"sample\">");
		page_text(&g->text, sample.data, sample.len);
		buf_adds(&g->text, "</p>\n");
	}
	buf_free(&title);
	buf_free(&sample);
	flush(g);
}

static void
print_conflicts(struct page *g)
{
	size_t number = 0, found = 0;

	for (const struct infer_path *p = g->in->top; p != NULL; p = profile_next(p), number++) {
		if (!infer_mixed(p))
			continue;
		if (found++ == 0)
			buf_adds(&g->text, "<h2>Mixed types</h2>\n<ul class=\"conflicts\">\n");
		page_conflict(&g->text, g->in, p, number);
		flush(g);
	}
	if (found > 0)
		buf_adds(&g->text, "</ul>\n");
}

static int
leads_to_conflict(const struct infer_path *p)
{
	if (infer_mixed(p) || (p->element != NULL && leads_to_conflict(p->element)))
		return 1;
	for (const struct infer_path *c = p->child; c != NULL; c = c->next)
		if (leads_to_conflict(c))
			return 1;
	return 0;
}

/* In the order of profile_next, which numbers the anchors. */
static void
print_path(struct page *g, const struct infer_path *p)
{
	int parent = p->element != NULL || p->child != NULL;
	int open =
	    parent && (p->parent == NULL || g->in->paths <= OPEN_PATHS || leads_to_conflict(p));

	buf_addf(&g->text, "<li><details id=\"p%zu\"%s><summary>", g->paths++, open ? " open" : "");
	page_line(&g->text, p);
	buf_adds(&g->text, "</summary>\n");
	page_facts(&g->text, g->in, p);
	flush(g);
	if (parent) {
		buf_adds(&g->text, "<ul>\n");
		if (p->element != NULL)
			print_path(g, p->element);
		for (const struct infer_path *c = p->child; c != NULL; c = c->next)
			print_path(g, c);
		buf_adds(&g->text, "</ul>");
	}
	buf_adds(&g->text, "</details></li>\n");
}

int
profile_html(FILE *out, const struct infer *in, struct err *e)
{
	struct page g = {.out = out, .in = in};

	print_head(&g);
	print_conflicts(&g);
	buf_addf(&g.text, "<h2>Paths</h2>\n%s<ul class=\"tree\">\n", key);
	print_path(&g, in->top);
	buf_adds(&g.text, "</ul>\n</body>\n</html>\n");
	flush(&g);
	buf_free(&g.text);
	return ferror(out) ? err_set(e, EX_IOERR, "the profile can't be written") : 0;
}
