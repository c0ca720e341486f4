/* converse_words.c - the table. A language more is a row more. */
#include "research/converse_words.h"

static const struct converse_words table[] = {
    {.code = "en",
     .persons = " he him his she her hers himself herself ",
     .things = " it its they them their theirs itself themselves ",
     .owners = " his her hers its their theirs ",
     .places = " there ",
     .demonstratives = " this that these those ",
     .classes = " city town country company person man woman place island river mountain building village thing book film "
                "work one ones year time capital ",
     .who = " who whose whom ",
     .where = " where ",
     .which = " what which ",
     .asks = " who whose whom what which when where why how is are was were am do does did has have had can could will would "
             "should shall may might must tell name list give show explain describe compare find summarise summarize define "
             "write please isn't aren't wasn't weren't don't doesn't didn't ",
     .bare = " why when where how who whom whose which what ",
     .leads = "|what about|how about|what of|how is it with|i mean|i meant|same for|the same for|same question for|"
              "now for|now|or|",
     .joins = " and but so then ok okay also well or no yes right ",
     .tails = " too then instead again exactly either as well now please ",
     .small = " thanks thank you hello hi hey good morning evening afternoon day great cool nice perfect ok okay i see got "
              "it wow interesting very much so a lot for the answer that that's helpful was sure understood alright right well "
              "there bye goodbye cheers ",
     .more = " more tell continue go on further details detail explain elaborate expand please some any me about it this that "
             "else ",
     .articles = " the ",
     .links = " of from in at on for to between ",
     .comparatives = " bigger larger smaller taller higher lower older younger longer shorter faster slower cheaper heavier "
                     "lighter richer poorer wider deeper hotter colder better worse earlier later stronger closer nearer "
                     "farther further greater fewer newer warmer safer ",
     .than = "than",
     .in = "in",
     .ordinals = " first second third fourth fifth sixth seventh eighth ninth tenth former latter ",
     .idle = "|is it true|is it possible|what time is it|is it raining|it take to|it take for|it cost to|it mean to|is there|"
             "are there|was there|were there|there is|there are|there was|there were|will there|has there|",
     .defines = "|what is a|what is an|what are|what does|what's a|what's an|"},
    {.code = "de",
     .persons = " er ihn ihm sie ihr ",
     .things = " es seine sein seiner seinen seinem seines ihre ihrer ihren ihrem ihres deren dessen davon darin darüber ihnen ",
     .owners = " seine sein seiner seinen seinem seines ihre ihrer ihren ihrem ihres deren dessen ",
     .places = " dort dorthin dorther ",
     .demonstratives = " dieser diese dieses diesen diesem jener jene jenes jenen ",
     .classes = " stadt land firma unternehmen person mann frau ort insel fluss berg gebäude dorf buch film "
                "hauptstadt ",
     .who = " wer wen wem wessen ",
     .where = " wo wohin woher ",
     .which = " welche welcher welches welchen welchem ",
     .asks = " wer wen wem wessen was welche welcher welches welchen welchem wann wo wohin woher warum weshalb wieso wie "
             "wieviel ist sind war waren hat haben hatte hatten kann können wird werden wurde wurden gibt gab nenne erkläre "
             "beschreibe zeige sag sage erzähl erzähle vergleiche seit in ",
     .bare = " warum weshalb wieso wann wo wohin woher wie wer was welche ",
     .leads = "|was ist mit|wie ist es mit|wie sieht es mit|wie steht es mit|wie wäre es mit|ich meine|ich meinte|oder|",
     .joins = " und aber also dann ok okay ja nein oder ",
     .tails = " auch denn dann aus genau eigentlich bitte nochmal ",
     .small = " danke dank vielen schön sehr hallo guten tag morgen abend super toll ok okay alles klar verstehe gut prima "
              "interessant bitte ",
     .more = " mehr erzähl erzähle mir weiter bitte genauer einzelheiten details darüber davon noch etwas ",
     .articles = " der die das den dem des ",
     .links = " von vom der des in im bei am ",
     .comparatives = " größer kleiner höher niedriger älter jünger länger kürzer schneller langsamer billiger teurer schwerer "
                     "leichter reicher ärmer breiter tiefer wärmer kälter besser schlechter früher später stärker näher ",
     .than = "als",
     .in = "in",
     .ordinals = " erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte erstere letztere ",
     .idle = "|gibt es|gab es|es gibt|es gab|stimmt es|ist es wahr|wie spät ist es|regnet es|dauert es|",
     .defines = "|was ist ein|was ist eine|was sind|was bedeutet|was heißt|",
     .lives = " geboren gestorben starb lebte lebt wohnt wohnte studierte studiert heiratete verheiratet aufgewachsen beruf "
              "nationalität ",
     .masculine = " er ihn ihm der den dem ",
     .feminine = " sie ihr die ",
     .nouns_capital = true},
    {.code = "es",
     .persons = " él ella ",
     .things = " ello ellos ellas su sus suyo suya lo ",
     .owners = " su sus suyo suya ",
     .places = " allí ahí allá ",
     .demonstratives = " ese esa esos esas este esta estos estas aquel aquella eso esto ",
     .classes = " ciudad país empresa compañía persona hombre mujer lugar isla río montaña edificio pueblo libro película "
                "capital ",
     .who = " quién quien quiénes quienes ",
     .where = " dónde donde adónde ",
     .which = " qué que cuál cual cuáles cuales ",
     .asks = " quién quien quiénes quienes qué que cuál cual cuáles cuales cuándo cuando dónde donde cómo como cuánto cuánta "
             "cuántos cuántas cuanto cuanta cuantos cuantas es son era fue fueron está están hay tiene tienen ha han puede dime "
             "nombra explica describe compara por para desde en ",
     .bare = " cuándo dónde cómo quién qué cuál cuánto cuándo cuando donde por para desde ",
     .leads = "|qué tal|qué hay de|qué pasa con|y qué hay de|y qué pasa con|me refiero a|quiero decir|o|",
     .joins = " y e pero entonces ok sí no o ",
     .tails = " también entonces ahora exactamente ",
     .small = " gracias muchas hola buenos buenas días tardes noches genial perfecto vale ok entiendo bien muy interesante ",
     .more = " más cuéntame dime sigue continúa detalles explica por favor algo sobre eso ello ",
     .articles = " el la los las ",
     .links = " de del en al ",
     .comparatives = " mayor menor mejor peor más menos ",
     .than = "que",
     .in = "en",
     .ordinals = " primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo anterior último ",
     .idle = "|es verdad|es cierto|qué hora es|",
     .defines = "|qué es|qué son|que es|que son|qué significa|",
     .prodrop = true},
    {.code = "ru",
     .persons = " он она его её ее него неё нее ему ей нему ней им ним ею ",
     .things = " оно они их них этого этом этим это ",
     .owners = " его её ее их ",
     .places = " там туда оттуда ",
     .demonstratives = " этот эта эти этой этом этого этому этим этих тот та те той том того ",
     .classes = " город городе города страна стране страны компания компании человек место остров острове река книга фильм "
                "здание столица столицей ",
     .who = " кто кого кем кому ",
     .where = " где куда откуда ",
     .which = " какой какая какое какие каком какую какого ",
     .asks = " кто кого кем кому что чего чем какой какая какое какие каком какую какого когда где куда откуда почему зачем "
             "как сколько чей чья чьё расскажи назови объясни опиши сравни есть был была было были ",
     .bare = " почему зачем когда где куда откуда как кто что сколько ",
     .leads = "|что насчёт|что насчет|как насчёт|как насчет|а что насчёт|а что насчет|а как же|как же|я имею в виду|или|",
     .joins = " а и но тогда ну да нет или ",
     .tails = " тоже тогда именно также ",
     .small = " спасибо большое привет здравствуйте добрый день вечер утро отлично хорошо понятно ясно ок супер интересно ",
     .more = " ещё еще больше подробнее расскажи продолжай дальше пожалуйста об этом мне ",
     .articles = " ",
     .links = " в во на из ",
     .comparatives = " больше меньше выше ниже старше младше длиннее короче быстрее медленнее дешевле дороже тяжелее легче "
                     "богаче беднее шире глубже теплее холоднее лучше хуже раньше позже сильнее ближе ",
     .than = "чем",
     .in = "в",
     .ordinals = " первый второй третий четвёртый пятый шестой седьмой восьмой девятый десятый предыдущий последний ",
     .idle = "|это правда|правда ли|",
     .defines = "|что такое|что значит|",
     .prodrop = true},
};

const struct converse_words *converse_words_of(const struct lang *lang)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].code, lang->code) == 0)
            return &table[i];
    return &table[0];
}

bool converse_lists(const char *list, struct slice word)
{
    enum { LONGEST = 64 };
    if (word.n == 0 || word.n > LONGEST)
        return false;
    for (const char *p = list + 1; *p; p += strcspn(p, " ") + 1) {
        size_t n = strcspn(p, " ");
        if (n == word.n && memcmp(p, word.p, n) == 0)
            return true;
    }
    return false;
}
