"""Pages that keep their reader busy cost an answer that page and no other, and end with the session's time."""
import time

import pytest
from test_web import MILL, QUESTION, check_answer, web, world  # noqa: F401 (fixtures)


def put(body, kind):
    return lambda handler: handler.reply(200, body, kind)


def nested_forms(width=12, depth=9):
    """A PDF of a few KB whose forms are drawn width to the power of depth times."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
               b"<</Length 5>>stream\n/F Do\nendstream"]
    for level in range(depth):
        draw = b"/F Do " * width
        objects.append(b"<</Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</F %d 0 R>>>>/Length %d>>stream\n%s"
                       b"\nendstream" % (6 + level, len(draw), draw))
    objects.append(b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 3>>stream\n q \nendstream")
    out, places = b"%PDF-1.4\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


MEBI = 1 << 20
BUSY = {"nested forms": put(nested_forms(), "application/pdf"),
        "tags of Markdown": put("<a " * (4 * MEBI // 3 - 9), "text/markdown"),
        "images of Markdown": put("![[" * (4 * MEBI // 3 - 9), "text/markdown"),
        "brackets of Markdown": put("[" * (4 * MEBI - 9), "text/markdown"),
        "ampersands": put("<html>" + "&" * (4 * MEBI - 9), "text/html")}


@pytest.mark.parametrize("model", ["speed", "lite"])
def test_busy_pages_do_not_hide_a_good_one(world, web, model):  # noqa: F811
    """The good page comes last and a little late: by then the readers of the others are at work."""
    def late(handler):
        time.sleep(0.3)
        handler.reply(200, MILL, "text/html")
    hostile, good = world.site(), world.site().put("/mill", late)
    urls = [hostile.put("/" + name.replace(" ", "-"), page) for name, page in BUSY.items()]
    server = web("--per-host", 64, "--host-delay-ms", 0)
    for some in [urls[:2], urls[2:4], urls[:1] + urls[4:]]:  # speed reads few pages
        world.search.results = [*some, good]
        check_answer(server.answer(QUESTION, model=model), good)


def test_reading_ends_with_the_session(world, web):  # noqa: F811
    """Alone, the busiest page leaves nothing that runs on: the server stops at once."""
    hostile = world.site()
    world.search.results = [hostile.put("/forms", put(nested_forms(), "application/pdf"))]
    server = web()
    began = time.monotonic()
    reply = server.ask(QUESTION, model="base", max_seconds=2)
    assert reply.status in (200, 504) and time.monotonic() - began < 20  # pdftotext alone would take minutes
    assert server.stop() == 0
