/* irregular.c - a sorted table, searched by halves. Forms that are as often a word of their own (found, ground, rose) are
 * left out: bringing unlike words together costs more than keeping like ones apart. */
#include "text/irregular.h"

enum { LONGEST_FORM = 12 };

static const struct {
    const char *form, *base;
} table[] = {
    {"arisen", "arise"}, {"arose", "arise"}, {"ate", "eat"}, {"awoke", "awake"}, {"became", "become"},
    {"began", "begin"}, {"begun", "begin"}, {"birth", "bear"}, {"bitten", "bite"}, {"bled", "bleed"},
    {"blew", "blow"}, {"blown", "blow"}, {"born", "bear"}, {"bought", "buy"}, {"bound", "bind"}, {"bred", "breed"},
    {"broke", "break"}, {"broken", "break"}, {"brought", "bring"}, {"built", "build"}, {"came", "come"},
    {"caught", "catch"}, {"children", "child"}, {"choice", "choose"}, {"choices", "choose"}, {"chose", "choose"},
    {"chosen", "choose"}, {"dead", "die"}, {"dealt", "deal"}, {"death", "die"}, {"deaths", "die"}, {"drank", "drink"},
    {"drawn", "draw"}, {"drew", "draw"}, {"driven", "drive"}, {"drove", "drive"}, {"drunk", "drink"},
    {"dying", "die"}, {"eaten", "eat"}, {"fallen", "fall"}, {"fed", "feed"}, {"feet", "foot"}, {"fell", "fall"},
    {"felt", "feel"}, {"fled", "flee"}, {"flew", "fly"}, {"flown", "fly"}, {"forbade", "forbid"},
    {"forbidden", "forbid"}, {"foresaw", "foresee"}, {"forgave", "forgive"}, {"forgot", "forget"},
    {"forgotten", "forget"}, {"fought", "fight"}, {"froze", "freeze"}, {"frozen", "freeze"}, {"gave", "give"},
    {"geese", "goose"}, {"given", "give"}, {"gone", "go"}, {"got", "get"}, {"gotten", "get"}, {"grew", "grow"},
    {"grown", "grow"}, {"growth", "grow"}, {"heard", "hear"}, {"held", "hold"}, {"hid", "hide"}, {"hidden", "hide"},
    {"hung", "hang"}, {"kept", "keep"}, {"knew", "know"}, {"known", "know"}, {"laid", "lay"}, {"led", "lead"},
    {"lent", "lend"}, {"loss", "lose"}, {"losses", "lose"}, {"lost", "lose"}, {"made", "make"}, {"marriage", "marry"},
    {"married", "marry"}, {"meant", "mean"}, {"men", "man"}, {"met", "meet"}, {"mice", "mouse"},
    {"overcame", "overcome"}, {"paid", "pay"}, {"people", "person"}, {"ran", "run"}, {"rang", "ring"},
    {"ridden", "ride"}, {"risen", "rise"}, {"rode", "ride"}, {"rung", "ring"}, {"said", "say"}, {"sale", "sell"},
    {"sales", "sell"}, {"sang", "sing"}, {"sank", "sink"}, {"sat", "sit"}, {"saw", "see"}, {"seen", "see"},
    {"sent", "send"}, {"shaken", "shake"}, {"shone", "shine"}, {"shook", "shake"}, {"shot", "shoot"},
    {"shrank", "shrink"}, {"shrunk", "shrink"}, {"slept", "sleep"}, {"slid", "slide"}, {"sold", "sell"},
    {"sought", "seek"}, {"speech", "speak"}, {"spent", "spend"}, {"spoke", "speak"}, {"spoken", "speak"},
    {"sprang", "spring"}, {"sprung", "spring"}, {"spun", "spin"}, {"stole", "steal"}, {"stolen", "steal"},
    {"stood", "stand"}, {"struck", "strike"}, {"stuck", "stick"}, {"stung", "sting"}, {"sung", "sing"},
    {"sunk", "sink"}, {"swam", "swim"}, {"swept", "sweep"}, {"swore", "swear"}, {"sworn", "swear"}, {"swum", "swim"},
    {"swung", "swing"}, {"taken", "take"}, {"taught", "teach"}, {"teeth", "tooth"}, {"thought", "think"},
    {"threw", "throw"}, {"thrown", "throw"}, {"told", "tell"}, {"took", "take"}, {"tore", "tear"}, {"torn", "tear"},
    {"understood", "understand"}, {"undertaken", "undertake"}, {"undertook", "undertake"}, {"went", "go"},
    {"withdrawn", "withdraw"}, {"withdrew", "withdraw"}, {"woke", "wake"}, {"woken", "wake"}, {"women", "woman"},
    {"won", "win"}, {"wore", "wear"}, {"worn", "wear"}, {"worse", "bad"}, {"worst", "bad"}, {"wove", "weave"},
    {"woven", "weave"}, {"written", "write"}, {"wrote", "write"},
};

struct slice irregular_base(struct slice word)
{
    size_t low = 0, high = sizeof table / sizeof table[0];
    if (word.n < 3 || word.n > LONGEST_FORM)
        return word;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = slice_cmp(word, slice_of(table[middle].form));
        if (order == 0)
            return slice_of(table[middle].base);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return word;
}
