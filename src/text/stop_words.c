/* stop_words.c - compact lists written for this program; text/lang.c makes hash sets of them at first use. */
#include "text/stop_words.h"

#include <stddef.h>

const struct stop_words stop_words_table[] = {
    {"en", "a about after again all also although am among an and any are aren't as at be because been before being both but by "
           "can can't could couldn't did didn't do does doesn't doing don't during each either else ever every for from "
           "had hadn't has hasn't have haven't having he her here hers herself him himself his how however i i'd i'll i'm "
           "i've if in into is isn't it it's its itself just let's many may me might more most much must my myself neither "
           "nor not of off often on one's only onto or other our ours ourselves out over own please per rather same shall "
           "she should shouldn't since so some such tell than that the their theirs them themselves then there these they "
           "they're this those though through thus to too toward under until up upon us very via was wasn't we we're were "
           "weren't what what's when where where's whether which while who who's whom whose why will with within without "
           "won't would wouldn't yet you you're your yours yourself"},
    {"de", "ab aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei "
           "beim bevor bin bis bist da dabei dadurch dafür dagegen daher dahin damit danach dann daran darauf daraus darin "
           "darüber darum das dass dasselbe davon dazu dein deine deinem deinen deiner dem den denen denn der deren derer "
           "derselbe des dessen desto dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem "
           "einen einer eines einige einigen einiger er es etwa etwas euch euer eure für gegen gibt hab habe haben hat hatte "
           "hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist ja je jede jedem "
           "jeden jeder jedes jedoch jene jenem jenen jener kann kein keine keinem keinen keiner können könnte man manche "
           "mehr mein meine meinem meinen meiner mich mir mit muss musste nach nachdem nicht noch nun nur ob oder ohne sehr "
           "seid sein seine seinem seinen seiner seines seit selbst sich sie sind so solche soll sollte sondern sonst soviel "
           "sowie über um und uns unser unsere unter viel viele vielen vom von vor war waren warum was weder weil weiter "
           "welche welchem welchen welcher welches wem wen wenn wer werde werden wessen weshalb wie wieder wieviel wieviele "
           "wieso will wir wird wo wobei wodurch wofür woher wohin womit worauf woraus worden worin wovon wozu wurde wurden "
           "würde würden während zu zum zur zwar zwischen"},
    {"es", "a además adonde adónde al algo algún alguna algunas alguno algunos allí ambos ante antes aquel aquella aquellas "
           "aquello aquellos aquí así aunque bajo cada casi como cómo con contra cual cuál cuales cuáles cualquier cuando "
           "cuándo cuánta cuántas cuanto cuánto cuántos cuya cuyas cuyo cuyos de del desde donde dónde dos durante e el él "
           "ella ellas ello ellos en entre era eran es esa esas ese eso esos esta está estaba estaban están estar estas este "
           "esto estos fue fueron ha había habían han hasta hay he incluso la las le les lo los más me mediante mi mí mientras "
           "mis mucha muchas mucho muchos muy nada ni no nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro "
           "otros para pero poco por porque por qué puede pueden pues que qué quien quién quienes quiénes se sea según ser si "
           "sí sido siendo sin sino sobre son su sus suya suyo también tan tanto te tenía tiene tienen toda todas todo todos "
           "tras tu tú tus u un una unas uno unos usted ustedes y ya yo"},
    {"fr", "à afin ai ainsi alors après as au aucun aucune aussi autre autres aux avait avaient avant avec avez avoir avons "
           "c car ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez combien comme comment d dans de "
           "depuis des dès donc dont du elle elles en encore entre est et étaient était étant été être eu eux fait font fut "
           "furent ici il ils j je jusqu l la là laquelle le lequel les lesquelles lesquels leur leurs lors lorsqu lorsque "
           "lui m ma mais me même mêmes mes moi moins mon n ne ni non nos notre nous on ont or ou où par parce pas pendant "
           "peu peut peuvent plus plusieurs pour pourquoi puis puisqu puisque qu quand que quel quelle quelles quels quelqu "
           "quelque quelques qui quoi s sa sans se sera seront ses si sinon soi soit son sont sous suis sur t ta tandis tant "
           "te tel telle telles tels tes toi ton tous tout toute toutes très tu un une vers voici voilà vos votre vous y"},
    {"it", "a abbia ad agli ai al alcuna alcune alcuni alcuno all alla alle allo allora altra altre altri altro anche ancora "
           "avere aveva avevano c che chi ci ciò coi col come con contro così cui d da dagli dai dal dall dalla dalle dallo "
           "degli dei del dell della delle dello dentro di dopo dove due dunque durante e è ed egli ella era erano essa esse "
           "essere essi essendo fa fino fra fu furono già gli ha hanno ho i il in inoltre invece io l la le lei li lo loro "
           "lui ma me mentre mi mia mie miei mio molta molte molti molto ne negli nei nel nell nella nelle nello né noi non "
           "nostra nostre nostri nostro o od ogni oltre oppure per perché perciò però più poco poi può qual quale quali "
           "qualche quando quant quanta quante quanti quanto quasi quel quell quella quelle quelli quello questa queste "
           "questi questo qui quindi s sarà se sebbene sei senza si sia siamo siano sono sopra sotto sta stata state stati "
           "stato su sua sue sugli sui sul sull sulla sulle sullo suo suoi tale tali tanto te ti tra tu tua tuo tutta tutte "
           "tutti tutto un un' una uno v verso vi voi vostro"},
    {"pt", "a à ao aos aquela aquelas aquele aqueles aquilo as às até cada com como contra cuja cujas cujo cujos da das de dela "
           "delas dele deles depois desde dessa desse desta deste do dos durante e é ela elas ele eles em embora entre era "
           "eram essa essas esse esses esta está estão estas estava estavam este estes eu foi for foram há isso isto já lhe "
           "lhes lo mais mas me mesmo meu meus minha minhas muita muitas muito muitos na não nas nem no nos nós nossa nosso "
           "num numa o onde aonde os ou outra outras outro outros para pela pelas pelo pelos per pode podem pois por porque "
           "porquê por quê qual quais qualquer quando quanta quantas quanto quantos que quê quem são se seja sem sempre sendo "
           "ser será seu seus si sido só sob sobre sua suas também tal tanto te tem têm ter teve tinha tinham toda todas todo "
           "todos tu tua um uma umas uns você vocês vos"},
    {"nl", "aan aangezien achter af al alle alleen als ander andere anders ben bij binnen bent boven daar daarna daarom dan dat "
           "de deze die dit doch doen door dus echter een elk elke en er erg geen geweest had hadden heb hebben heeft hem het "
           "hier hij hoe hoeveel hoewel hun iemand iets ik in indien is ja je jij jouw jullie kan kon konden kunnen maar me "
           "meer men met mij mijn mocht moet moeten na naar nadat niet niets nog nu of om omdat ons onze ook op over sinds te "
           "tegen terwijl toch toen tot tussen u uit uw van vanaf veel voor voordat waar waaraan waardoor waarin waarmee "
           "waarom waarop waarvan wanneer want waren was wat we wel welk welke werd werden wie wiens wij wil worden wordt zal "
           "ze zelf zich zij zijn zo zoals zonder zou zouden zulke"},
    {"ru", "а без более больше бы был была были было быть в вам вас весь во вот все всё всего всех вы где да даже для до его её "
           "ее если есть ещё еще же за здесь и из из-за или им ими их к каждый как какая какие каким каких каково какова каковы "
           "какого какое какой какому каком какую ко когда которая которого которое которой котором которому которые который "
           "которых которым которую кого кем ком кому кто куда ли либо лишь между меня мне много мог могут может можно мой мы "
           "на над надо нам нас наш не него неё нее ней нет нею ни ним них но ну о об однако он она они оно от откуда отчего "
           "очень перед по под после потому почему при про с сам сама свой своего своей своих своё себе себя сейчас сколько "
           "скольких со так также такие такой там те тем то того тоже той только том тому тот ту ты у уже хотя чего чей чем "
           "через что чтобы чья чьи чему эта эти этим этих это этого этой этом этому этот эту я является являются зачем "
           "насколько"},
    {"sv", "alla allt att av blev bli blir de dem den denna deras dess dessa det detta dig din du där då efter ej eller en er ett "
           "från för ha hade han har henne hennes hon hos hur hans i icke inom inte jag kan man med mellan men mer min mot mycket "
           "många ni nu när någon något några och om oss på sedan sig sin sina sitt ska skulle som så till under upp ut utan "
           "vad var varför vart vem vems vid vilka vilken vilket vill vi är över"},
    {"da", "af alle alt at blev blive bliver da de dem den denne der deres det dette dig din disse du efter eller en end er et "
           "for fra få ham han hans har havde hende hendes her hun hvad hvem hvis hvilke hvilken hvilket hvor hvordan hvorfor "
           "hvornår i ikke ind jeg jo kan kun man mange med meget men mig min mod når og også om op os over på sig sin skal "
           "skulle som sådan så til ud under var ved vi vil ville være været"},
    {"no", "alle at av ble bli blir da de deg dem den denne der dere deres det dette din disse du eller en er et etter for fra "
           "få ha hadde ham han hans har hennes her hun hva hvem hvilke hvilken hvilket hvis hvor hvordan hvorfor i ikke inn "
           "jeg kan man mange med meg men mer mot mye nå når og også om opp oss over på seg sin skal skulle som så til ut "
           "under var ved vi vil ville være vært"},
    {"fi", "ei ja joka jos jotka kuin kuinka kuka että hän he häntä ihan ja jo jotta kanssa ketkä koska kun kyllä me mihin mikä "
           "milloin millä minkä minä missä mistä miten mitä mitkä moni monta mukaan mutta myös ne niin niiden nyt nämä ole oli "
           "olivat olla on ovat se sekä sen sinä siitä sitä tai te tämä tuo vaan vai vain voi"},
    {"hu", "a az abban ahhoz akkor ami amely amelyek arra azok azt be csak de e egy egyik el elő én és ez ezek ezt fel ha hány "
           "hogy hogyan hol honnan hova ő ők is ki kik kit le lehet lesz ma már még meg mely melyik mennyi mert mi miért miként "
           "milyen mikor minden mint mit nagyon nem nincs olyan s sem számára szerint te több után úgy vagy van vannak volt "
           "voltak"},
    {"ro", "a acea aceasta această aceea acei aceia acel acela acele acest acesta aceste acești ai al ale alt alte am are as "
           "au avea ca care când cât câte câți către ce cel cele cei cine cu cum că căre da dar de deci din dintre după e ea "
           "ei el ele era erau este eu fi fie fost iar în îi îl își la le li lor lui mai ne nici nu o or ori pe pentru prin "
           "sa sale să sau se și sunt său său spre te tot un unde unei unor unui un va voi vor"},
    {"tr", "acaba ama ancak bana bazı belki ben beni benim bir biz bu buna bunda bundan bunlar bunu bunun çok çünkü da daha de "
           "değil diye en gibi hangi hem hep her hiç için ile ise kaç kadar ki kim kimin mi mı mu mü nasıl ne neden nerede "
           "nereye niçin niye o olan olarak oldu olduğu olduğunu onlar onu onun sen siz şey şu tüm var ve veya ya yani"},
    {"ar", "من في على إلى عن أن إن كان كانت هو هي هم هذا هذه ذلك تلك التي الذي الذين ما ماذا متى أين كيف كم لماذا هل أو ثم لا لم "
           "لن قد مع كل بعد قبل بين حتى عند و أي أيضا"},
    {NULL, NULL},
};
