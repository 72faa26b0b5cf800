#!/usr/bin/env bash
# What is made for browsers, in a browser: in the drawing of every playbook that is shipped all text stands in its box and none lies on another, at
# the width of the paper; reports, timelines and the dashboard ask for nothing from elsewhere, and no script of theirs fails.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
	echo 'skipped: no Chromium here; apt-get install chromium fonts-liberation'
	exit 0
}

# browse PAGE: $dir/dom is the page after its scripts ran, $dir/console what they complained of, $dir/asked the addresses that pages asked for. Nothing
# gets past this machine, whatever a page wants.
browse() {
	timeout 100 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$dir/profile" --no-first-run --disable-sync --disable-extensions \
	    --disable-background-networking --disable-component-update --disable-default-apps --host-resolver-rules='MAP * ~NOTFOUND' \
	    --proxy-server=127.0.0.1:9 --log-net-log="$dir/net.json" --enable-logging=stderr --virtual-time-budget=5000 --dump-dom "file://$1" \
	    >"$dir/dom" 2>"$dir/err"
	status=$?
	grep -a ':CONSOLE' "$dir/err" >"$dir/console"
	# The browser's own errands have no origin.
	perl -MJSON::PP -0777 -ne 'my $d = JSON::PP->new->decode($_); my %type = %{$d->{constants}{logEventTypes}};
		for (@{$d->{events}}) { my $p = $_->{params}; next if $_->{type} != $type{URL_REQUEST_START_JOB} || !$p->{url};
			print "$p->{url}\n" if $p->{url} !~ /^(file|data|chrome):/ && ($p->{initiator} // "") ne "not an origin" }' "$dir/net.json" >"$dir/asked" ||
	    echo 'the log of the network cannot be read' >"$dir/asked"
	cp "$dir/dom" "$dir/out"
}

# ---- drawings: what would be wrong is seen, and nothing is ----

cat >"$dir/measure.js" <<'JS'
const found = [];
let texts = 0;
function within(a, b) { return a.left >= b.left - 0.7 && a.right <= b.right + 0.7 && a.top >= b.top - 0.7 && a.bottom <= b.bottom + 0.7; }
/* What a letter fills: less than the height of its line. */
function filled(t) {
	const b = t.getBoundingClientRect(), dy = b.height * 0.18;
	return {words: t.textContent, left: b.left, right: b.right, top: b.top + dy, bottom: b.bottom - dy};
}
function area(b) { return b.width * b.height; }
for (const svg of document.querySelectorAll('svg')) {
	const boxes = [...svg.querySelectorAll('rect')].map(r => r.getBoundingClientRect()).sort((a, b) => area(a) - area(b));
	const list = [...svg.querySelectorAll('text')].map(filled).filter(t => t.words.trim() !== '').sort((a, b) => a.top - b.top);
	texts += list.length;
	for (const t of list) {
		const x = t.left + 2, y = (t.top + t.bottom) / 2;
		const box = boxes.find(b => x >= b.left && x <= b.right && y >= b.top && y <= b.bottom);
		if (!box || !within(t, box))
			found.push(svg.id + ': out of its box: ' + t.words);
	}
	for (let i = 0; i < list.length; i++)
		for (let k = i + 1; k < list.length && list[k].top < list[i].bottom; k++)
			if (Math.min(list[i].right, list[k].right) - Math.max(list[i].left, list[k].left) > 1 && Math.min(list[i].bottom, list[k].bottom) - list[k].top > 1)
				found.push(svg.id + ': "' + list[i].words + '" lies on "' + list[k].words + '"');
}
const said = document.createElement('pre');
said.textContent = found.map(f => 'found: ' + f + '\n').join('') + 'measured: ' + texts + ' texts of ' + document.querySelectorAll('svg').length + ' drawings\n';
document.body.appendChild(said);
JS
# page_of SVG...: $dir/page.html with all of them, measured
page_of() {
	{
		echo '<!DOCTYPE html><html><head><meta charset="utf-8"><title>drawings</title></head><body>'
		for svg in "$@"; do
			name=${svg##*/}
			sed -e '/^<?xml/d' -e "s/^<svg /<svg id=\"${name%.svg}\" /" "$svg"
		done
		echo '<script>'
		cat "$dir/measure.js"
		echo '</script></body></html>'
	} >"$dir/page.html"
}

mkdir "$dir/svg"
n=0
for book in "$HOLDFAST_TOP"/playbooks/{incident,routine}/*.md; do
	name=${book##*/}
	ok book graph "$book" --svg -o "$dir/svg/${name%.md}.svg"
	n=$((n + 1))
done
page_of "$dir"/svg/*.svg
browse "$dir/page.html"
is 'the browser runs' test "$status" = 0
is 'all of them were measured' grep -q "measured: [0-9]\{4,\} texts of $n drawings" "$dir/dom"
grep -a 'found: ' "$dir/dom" | grep -av 'found.map' >"$dir/err"
is 'every text stands in its box, and on no other' test ! -s "$dir/err"

# A title that is longer than its box, one text on another, a picture from elsewhere, a script that fails.
sed -e '0,/class="t"\([^>]*\)>/s//class="t"\1>a title that is very much longer than the box in which it is to stand, by far and away, on any paper of any size /' \
    "$dir/svg/sim-swap.svg" >"$dir/wide.svg"
sed -e '0,/^<text class="s".*/s//&\n&/' "$dir/svg/sim-swap.svg" >"$dir/twice.svg"
page_of "$dir/wide.svg" "$dir/twice.svg"
echo '<img src="http://198.51.100.7/spy.png"><script>nobody_wrote_this();</script>' >>"$dir/page.html"
browse "$dir/page.html"
is 'too wide a text is seen' grep -q 'found: wide: out of its box: a title that' "$dir/dom"
is 'one text on another is seen' grep -q 'found: twice: .* lies on ' "$dir/dom"
is 'a planted request is seen' grep -q '198.51.100.7/spy.png' "$dir/asked"
is 'a planted script error is seen' grep -q 'nobody_wrote_this' "$dir/console"

# ---- pages ----

new_key ann@agency.example
ok init --name 'Agency <b>' --domain agency.example --person 'Ann Lee'
ok add unit name=Press director='Ann Lee'
ok add account provider=x handle=agency state=live owner='Ann Lee' responder='Ann Lee' unit=Press 'purpose=news <script>bad()</script><img src=http://198.51.100.7/i.png>'
ok --json respond x:agency noticed_at=now aware_at=now
id=$(value '$data->{run}')
ok run note "$id" 'seen <img src="http://198.51.100.7/n.png"><script>nobody()</script>'
mkdir "$dir/pages"
ok dashboard -o "$dir/pages/dashboard.html"
run timeline "$id" --html
cp "$dir/out" "$dir/pages/timeline.html"
for template in provider internal/siro-first public/holding-line; do
	run report "$id" "$template" --format html
	cp "$dir/out" "$dir/pages/${template##*/}.html"
done
ok card x:agency -o "$dir/pages/card.html"
ok book show --all --format html -o "$dir/pages/drawer.html"
{
	echo '<!DOCTYPE html><html><head><meta charset="utf-8"><title>pages</title></head><body>'
	for page in "$dir"/pages/*.html; do
		is "$page is a page" grep -qi '<!doctype html>' "$page"
		echo "<iframe src=\"file://$page\" onload=\"document.body.dataset.n = 1 + +(document.body.dataset.n || 0)\"></iframe>"
	done
	echo '</body></html>'
} >"$dir/all.html"
browse "$dir/all.html"
is 'all of them were shown' grep -q "data-n=\"$(find "$dir/pages" -name '*.html' | wc -l)\"" "$dir/dom"
cp "$dir/asked" "$dir/err"
is 'no page asks for anything from elsewhere' test ! -s "$dir/asked"
cp "$dir/console" "$dir/err"
is 'no script of theirs fails' test ! -s "$dir/console"
finish
