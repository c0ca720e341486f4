/* need_words.c - the table behind need_words.h.
 *
 * A row is data: another language is another row. What a script does not show is left out: Chinese has no capitals, so
 * persons and places cannot be told from other words there, and such questions count as NEED_ANY. Its lists hold
 * single characters and bigrams, which is how words_split() cuts it. */
#include "evidence/need_words.h"

#include <stddef.h>

static const struct need_words rows[] = {
    {.code = "en",
     .person = " who whom whose ",
     .date = " when ",
     .place = " where ",
     .reason = " why ",
     .number = "",
     .which = " what which ",
     .how = " how ",
     .how_numbers = " many much far long old tall large high big often deep wide fast common few heavy ",
     .be = " is was are were ",
     .date_nouns = " year date day month century decade era ",
     .number_nouns = " percentage percent number amount rank ranking population rate temperature ratio distance height "
                     "length share fraction age size total cost price speed ",
     .place_nouns = " city country state place region area river island continent location town county province nation "
                    "street lake mountain sea ocean village district capital ",
     .person_nouns = " person man woman king queen leader president scientist author actor researcher director "
                     "philosopher physicist emperor general explorer singer writer artist founder inventor "
                     "mathematician chemist ",
     .months_capital = true,
     .months = " january february march april may june july august september october november december ",
     .numbers = " one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
                "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand "
                "million billion trillion dozen half third quarter twice first second fourth fifth sixth seventh eighth "
                "ninth tenth several hundreds thousands millions ",
     .reasons = " because due since therefore thus reason reasons cause caused causes result resulted led order so allow "
                "allows owing hence ",
     .prepositions = " in at near from to of on into between around across "},
    {.code = "de",
     .person = " wer wem wen wessen ",
     .date = " wann ",
     .place = " wo woher wohin ",
     .reason = " warum wieso weshalb weswegen ",
     .number = " wieviel wieviele ",
     .which = " was welche welcher welches welchem welchen ",
     .how = " wie ",
     .how_numbers = " viel viele vielen lang lange weit oft hoch groß alt tief breit schnell häufig schwer teuer ",
     .be = " ist war sind waren ",
     .date_nouns = " jahr jahre jahren datum tag monat jahrhundert jahrzehnt zeit zeitraum ",
     .number_nouns = " prozent prozentsatz anteil anzahl zahl menge rang platz bevölkerung rate temperatur entfernung höhe "
                     "länge alter größe summe kosten preis geschwindigkeit ",
     .place_nouns = " stadt land staat ort region gebiet fluss insel kontinent provinz straße see berg meer dorf bezirk "
                    "hauptstadt ländern land bundesstaat ",
     .person_nouns = " person mann frau könig königin präsident wissenschaftler autor schauspieler forscher direktor "
                     "philosoph physiker kaiser general sänger künstler gründer erfinder mathematiker chemiker ",
     .months_capital = true,
     .months = " januar februar märz april mai juni juli august september oktober november dezember ",
     .numbers = " eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn zwanzig dreißig "
                "vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million millionen milliarde milliarden "
                "dutzend hälfte drittel viertel ",
     .reasons = " weil denn wegen grund gründe deshalb daher deswegen aufgrund damit ursache verursacht führte führten "
                "folge dadurch ",
     .prepositions = " in im bei nach aus von vom am an auf zwischen durch über nahe "},
    {.code = "es",
     .person = " quién quiénes quien quienes ",
     .date = " cuándo ",
     .place = " dónde adónde ",
     .reason = "",
     .number = " cuánto cuánta cuántos cuántas ",
     .which = " qué cuál cuáles ",
     .how = "",
     .how_numbers = "",
     .be = " es era fue son eran fueron ",
     .date_nouns = " año años fecha día mes siglo década época ",
     .number_nouns = " porcentaje número cantidad puesto población tasa temperatura proporción distancia altura longitud "
                     "parte edad tamaño total coste costo precio velocidad ",
     .place_nouns = " ciudad país países estado lugar región área zona río isla continente ubicación condado provincia "
                    "nación calle lago montaña mar océano pueblo distrito capital ",
     .person_nouns = " persona hombre mujer rey reina líder presidente científico autor actor investigador director "
                     "filósofo físico emperador general explorador cantante escritor artista fundador inventor "
                     "matemático químico ",
     .months = " enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre ",
     .numbers = " uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta "
                "cuarenta cincuenta sesenta setenta ochenta noventa cien ciento mil millón millones docena mitad tercio "
                "cuarto ",
     .reasons = " porque debido causa razón motivo resultado provocó consecuencia ",
     .prepositions = " en de del desde entre hacia a al cerca por "},
    {.code = "ru",
     .person = " кто кого кому кем ком чей чья чьи чьё ",
     .date = " когда ",
     .place = " где куда откуда ",
     .reason = " почему зачем отчего ",
     .number = " сколько скольких сколькими насколько ",
     .which = " какой какая какое какие каком какую какого каким какими каких что ",
     .how = " как ",
     .how_numbers = " много долго далеко часто ",
     .be = "",
     .date_nouns = " год году года годы годах дата дату день месяц месяце век веке столетии десятилетии время ",
     .number_nouns = " процент процентов число количество место население температура доля расстояние расстоянии высота "
                     "длина возраст возрасте размер скорость скоростью стоимость цена ",
     .place_nouns = " город городе городу города страна стране страны страну государство государстве штат штате регион "
                    "регионе область области река реки остров острове континент континенте район районе округ округе "
                    "улица улице озеро гора море ",
     .person_nouns = " человек король королева президент учёный ученый автор актёр актер режиссёр философ физик император "
                     "генерал певец писатель художник основатель изобретатель математик химик ",
     .months = " январь января январе февраль февраля феврале март марта марте апрель апреля апреле май мая мае июнь июня "
               "июне июль июля июле август августа августе сентябрь сентября сентябре октябрь октября октябре ноябрь "
               "ноября ноябре декабрь декабря декабре ",
     .numbers = " один одна два две двух три трёх трех четыре четырёх четырех пять пяти шесть шести семь семи восемь девять "
                "десять десяти двенадцать двадцать тридцать сорок пятьдесят шестьдесят сто тысяча тысяч тысячи миллион "
                "миллиона миллионов миллиард миллиардов половина треть четверть ",
     .reasons = " потому поскольку причина причины причиной причине вследствие благодаря поэтому результате чтобы привело "
                "привела из-за ",
     .prepositions = " в во на из у около от до под с между через "},
    {.code = "zh",
     .person = "",
     .date = " 何时 时候 哪年 哪一 几年 年份 ",
     .place = "",
     .reason = " 为何 为什 ",
     .number = " 多少 多大 多长 多高 多远 多久 几个 ",
     .which = "",
     .how = "",
     .how_numbers = "",
     .be = "",
     .date_nouns = "",
     .number_nouns = "",
     .place_nouns = "",
     .person_nouns = "",
     .months = "",
     .numbers = " 一个 两个 三个 四个 五个 六个 七个 八个 九个 十个 百万 千万 一半 ",
     .reasons = " 因为 由于 因此 所以 导致 原因 为了 以便 ",
     .prepositions = ""},
};

const struct need_words *need_words_of(const struct lang *lang)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (slice_is(slice_of(lang->code), rows[i].code))
            return &rows[i];
    return NULL;
}
