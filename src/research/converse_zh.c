/* converse_zh.c - follow-ups in Chinese: no spaces and no capitals, so that what a question is about is what is left of it
 * between the strings that only say how it is put, and pronouns are strings too. */
#include "research/converse_parts.h"
#include "base/utf8.h"

enum { FRAGMENT_BYTES = 36 };

/* Longest first where one begins another. */
static const char *const small[] = {"非常感谢", "谢谢你", "谢谢您", "谢谢", "你好", "您好", "好的", "明白了", "知道了",
                                    "太好了", "好吧", "嗯", NULL};
static const char *const leads[] = {"另外", "还有", "那么", "对于", "关于", "那", "和", NULL};
static const char *const tails[] = {"怎么样", "如何", "又如何", "呢", "吗", NULL};
static const char *const bare[] = {"为什么", "为何", "什么时候", "何时", "在哪里", "在哪儿", "哪里", "谁", "怎么会", "怎么",
                                   "如何", NULL};
static const char *const who[] = {"谁", "哪位", NULL};
static const char *const persons[] = {"他们", "她们", "他", "她", NULL};
static const char *const things[] = {"它们", "它", "这座城市", "那座城市", "这个城市", "那个城市", "该城市", "这个国家",
                                     "那个国家", "该国", "这家公司", "该公司", "这座", "那座", "这个", "那个", "其", NULL};
static const char *const places[] = {"那里", "那儿", "这里", "这儿", NULL};
static const char *const not_pronouns[] = {"其他", "其它", "其中", "尤其", "极其", "吉他", NULL};
/* What is asked about a thing, as against another thing. */
static const char *const attributes[] = {"人口", "面积", "高度", "长度", "首都", "历史", "价格", "作者", "创始人", "创办人",
                                         "产量", "年龄", "位置", "语言", "货币", "名字", "深度", "宽度", "重量", "速度", NULL};
static const char *const empty[] = {"请告诉我", "告诉我", "请问", "什么时候", "哪一年", "为什么", "有多少", "是多少", "多少",
                                    "多大", "多高", "多长", "多久", "几月", "几个", "哪里", "哪儿", "哪个", "哪些", "哪位",
                                    "什么", "怎么", "如何", "何时", "何地", "谁", "建于", "位于", "成立于", "出生于", "属于",
                                    "人口", "面积", "高度", "长度", "的", "是", "在", "有", "了", "吗", "呢", "和", "与", "于",
                                    "被", "由", "每年", "创办", "创立", "发现", "发明", "建造", "建立", "写", "，", "。", "？", "！",
                                    "、", "《", "》", "“", "”", ",", "?", "!", " ", NULL};

static size_t starts(struct slice text, const char *const *list)
{
    for (; *list; list++)
        if (slice_starts(text, slice_of(*list)))
            return strlen(*list);
    return 0;
}

static size_t ends(struct slice text, const char *const *list)
{
    for (; *list; list++)
        if (slice_ends(text, slice_of(*list)))
            return strlen(*list);
    return 0;
}

static struct slice cut_end(struct slice text)
{
    static const char *const marks[] = {"？", "。", "！", "?", "!", ".", "，", " ", NULL};
    for (size_t n; (n = ends(text, marks)) && text.n;)
        text.n -= n;
    return text;
}

struct slice zh_without_small_talk(struct slice ask)
{
    static const char *const marks[] = {"，", "。", "！", "!", ",", " ", "~", NULL};
    struct slice rest = ask;
    for (size_t n; rest.n && ((n = starts(rest, small)) || (rest.n < ask.n && (n = starts(rest, marks))));)
        rest = slice_sub(rest, n, rest.n - n);
    return rest;
}

/* The first of the strings in text; false: none. */
static bool find(struct slice text, const char *const *list, struct slice *out)
{
    for (size_t at = 0; at < text.n;) {
        struct slice here = slice_sub(text, at, text.n - at);
        size_t skip = starts(here, not_pronouns), n = skip ? 0 : starts(here, list);
        if (n) {
            *out = slice_sub(here, 0, n);
            return true;
        }
        size_t step = skip ? skip : utf8_next(here, NULL);
        at += step ? step : 1;
    }
    return false;
}

/* The longest piece between the strings that say nothing; of `other` when given, only pieces that it has not. */
static struct slice matter(struct slice text, struct slice other)
{
    struct slice best = {"", 0};
    size_t start = 0;
    for (size_t at = 0; at <= text.n;) {
        struct slice here = slice_sub(text, at, text.n - at);
        size_t n = at < text.n ? starts(here, empty) : 1;
        if (!n) {
            n = utf8_next(here, NULL);
            at += n ? n : 1;
            continue;
        }
        struct slice piece = slice_sub(text, start, at - start);
        if (piece.n > best.n && (other.n == 0 || slice_find(other, piece) == other.n))
            best = piece;
        at += n;
        start = at;
    }
    return best;
}

static struct slice sentence_of(struct slice text)
{
    return slice_sub(text, 0, slice_find(text, SLICE("。")));
}

static struct slice subject(const struct history *h, bool person)
{
    struct slice mark;
    for (size_t i = h->n; i-- > 0;) {
        const struct said *s = &h->at[i];
        struct slice found = {"", 0};
        if (person && find(s->question, who, &mark))
            found = matter(sentence_of(s->answer), s->question);
        if (!found.n)
            found = matter(s->question, (struct slice){"", 0});
        if (found.n)
            return found;
    }
    return (struct slice){"", 0};
}

static struct slice put(struct arena *a, struct slice text, struct slice part, struct slice by)
{
    size_t start = (size_t)(part.p - text.p), rest = start + part.n;
    return arena_printf(a, "%.*s%.*s%.*s", (int)start, text.p, SLICE_ARGS(by), (int)(text.n - rest), text.p + rest);
}

struct slice zh_resolve(struct arena *a, const struct history *h, struct slice ask)
{
    const struct said *before = &h->at[h->n - 1];
    struct slice part, whole = cut_end(ask), none = {"", 0};
    size_t lead = starts(whole, leads);
    struct slice rest = slice_sub(whole, lead, whole.n - lead);
    if (starts(whole, places) || starts(whole, things))
        rest = whole; /* "那里": not "那" and something */
    size_t tail = ends(rest, tails);
    struct slice core = slice_sub(rest, 0, rest.n - tail);
    struct slice thing = subject(h, false);
    if (thing.n == 0)
        return ask;
    if (starts(rest, bare) == rest.n)
        return arena_printf(a, "%.*s%.*s", SLICE_ARGS(cut_end(before->question)), SLICE_ARGS(rest));
    if (find(rest, persons, &part))
        return put(a, rest, part, subject(h, true));
    if (find(rest, things, &part) || find(rest, places, &part)) {
        bool owner = slice_is(part, "其");
        return put(a, rest, part, owner ? arena_printf(a, "%.*s的", SLICE_ARGS(thing)) : thing);
    }
    bool asks = matter(core, none).n < core.n && ends(core, attributes) != core.n;
    if (core.n && core.n <= FRAGMENT_BYTES && (tail || lead) && !asks) {
        if (ends(core, attributes) || slice_find(before->question, thing) == before->question.n)
            return arena_printf(a, "%.*s的%.*s", SLICE_ARGS(thing), SLICE_ARGS(core));
        struct slice at = slice_sub(before->question, slice_find(before->question, thing), thing.n);
        return cut_end(put(a, before->question, at, core));
    }
    if (matter(rest, none).n < strlen("两字")) /* says nothing by itself: "有多高？" */
        return arena_printf(a, "%.*s%.*s", SLICE_ARGS(thing), SLICE_ARGS(rest));
    return ask;
}
