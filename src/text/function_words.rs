//! Words of grammar: what a language is made of whatever it speaks about. They tell nothing of a text's matter, so
//! nobody would look for a code by one of them, and a pattern is never widened by one.
//!
//! The tables hold articles, pronouns, prepositions, conjunctions, auxiliaries, adverbs of degree, and the few verbs and
//! nouns that carry no matter of their own ("going", "thing"). Of a language without a table, short words count as such.

use super::pattern::Language;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

/// Of a language without a table, words of at most so many letters.
const SHORT: usize = 3;

/// True for a word of grammar, which is given in lower case.
pub fn is_function_word(word: &str, language: Language) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let Some(table) = words(language) else { return word.chars().count() <= SHORT };
    let known = |word: &str| table.contains(word);
    // `they're`, `isn't` (of which the verb ends before the `n`), `d'une`; and not `l'atelier`.
    let parts: Vec<&str> = word.split(['\'', '\u{2019}']).filter(|part| !part.is_empty()).collect();
    let grammar = |(at, part): (usize, &&str)| match at {
        0 => known(part) || part.strip_suffix('n').is_some_and(known),
        _ => known(part) || part.chars().count() < SHORT,
    };
    known(word) || parts.len() > 1 && parts.iter().enumerate().all(grammar)
}

/// The languages with a table.
const TABLED: [Language; 8] = [
    Language::English,
    Language::German,
    Language::French,
    Language::Spanish,
    Language::Italian,
    Language::Dutch,
    Language::Portuguese,
    Language::Swedish,
];

/// The words of a language; each table is taken apart once.
fn words(language: Language) -> Option<&'static FxHashSet<&'static str>> {
    static TABLES: OnceLock<FxHashMap<Language, FxHashSet<&'static str>>> = OnceLock::new();
    let all = || {
        let of = |language: Language| Some((language, table(language)?.split_whitespace().collect()));
        TABLED.into_iter().filter_map(of).collect()
    };
    TABLES.get_or_init(all).get(&language)
}

/// The words of a language, parted by white space.
fn table(language: Language) -> Option<&'static str> {
    Some(match language {
        Language::English => ENGLISH,
        Language::German => GERMAN,
        Language::French => FRENCH,
        Language::Spanish => SPANISH,
        Language::Italian => ITALIAN,
        Language::Dutch => DUTCH,
        Language::Portuguese => PORTUGUESE,
        Language::Swedish => SWEDISH,
        _ => return None,
    })
}

const ENGLISH: &str = "\
    a an the this that these those some any each every either neither both all most many much few several such
    same other another others own no none not nor only just also too very quite rather so than then now here there
    where when why how who whom whose which what whatever whoever whether if unless because since while though
    although as but and or yet still even ever never always often again once already soon perhaps maybe really
    actually almost about above across after against along among around at before behind below beneath beside
    besides between beyond by despite down during except for from in inside into like near of off on onto out
    outside over past per round through throughout to toward towards under until till up upon via with within
    without next i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his
    himself she her hers herself it its itself they them their theirs themselves one ones somebody someone
    something anybody anyone anything everybody everyone everything nobody nothing else am is are was were be
    been being do does did doing done have has had having can could may might must shall should will would ought
    need let lets get gets got getting gotten go goes going gone went come comes coming came make makes making
    made take takes taking took taken put puts putting give gives giving gave given say says saying said want
    wants wanted thing things bit lot lots kind sort way ways yes well oh hello hi thanks thank please";

const GERMAN: &str = "\
    der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner dieser diese dieses
    diesen diesem jener jene jenes jeder jede jedes jeden jedem alle allen aller alles viel viele vielen wenig
    wenige mehr meist manche einige etwas nichts niemand jemand man selbst selber andere anderen anderer anderes
    solche solcher welche welcher welches wer was wem wen wessen wo wann warum wieso wie woher wohin ob wenn
    weil dass daß damit als denn doch aber sondern und oder auch nur noch schon sehr ganz so dann da dort hier
    jetzt nun immer nie niemals nicht wieder mal eben halt etwa fast vielleicht eigentlich einfach über unter
    auf an am aus bei beim bis durch für gegen hinter im in ins mit nach neben ohne seit statt trotz um von vom
    vor während wegen wider zu zum zur zwischen ich mich mir mein meine meinen meinem meiner du dich dir dein
    deine deinen wir uns unser unsere unseren ihr euch euer eure er ihn ihm sein seine seinen seinem seiner sie
    ihnen ihre ihren ihrem ihrer es sich bin bist ist sind seid war waren wäre wären gewesen habe hast hat haben
    habt hatte hatten hätte hätten werde wirst wird werden wurde wurden würde würden worden kann kannst können
    könnt konnte konnten könnte könnten muss musst müssen musste müsste soll sollen sollte sollten will willst
    wollen wollte wollten darf dürfen mag mögen möchte möchten lassen lässt geht gehen ging gibt geben macht
    machen gemacht kommt kommen sagt sagen ja nein bitte danke hallo";

const FRENCH: &str = "\
    le la les un une des du de d l au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos
    leur leurs tout toute tous toutes chaque quelque quelques plusieurs aucun aucune autre autres même mêmes tel
    telle tels telles je j me m moi tu te t toi il elle on nous vous ils elles se s soi lui eux y en qui que
    quoi dont où quel quelle quels quelles lequel laquelle et ou mais donc or ni car si comme quand lorsque
    puisque parce pourquoi comment combien ne n pas plus moins très trop assez peu beaucoup aussi bien encore
    déjà toujours jamais souvent ici là alors ensuite puis ainsi à dans par pour sur sous avec sans chez entre
    vers contre depuis pendant avant après devant derrière jusque dès suis es est sommes êtes sont étais était
    étaient été être serai sera serait ai as a avons avez ont avais avait avaient eu avoir aurait fais fait font
    faire faut peux peut peuvent pouvoir pourrait dois doit doivent devoir devrait veux veut vouloir vais va
    vont aller dit dire oui non merci bonjour chose choses";

const SPANISH: &str = "\
    el la los las lo un una unos unas de del al a ante bajo con contra desde durante en entre hacia hasta para
    por según sin sobre tras y e o u ni que si pero sino porque aunque como cuando donde quien quienes cual
    cuales cuyo qué quién cómo cuándo dónde este esta estos estas ese esa esos esas aquel aquella aquellos
    aquellas esto eso aquello mi mis tu tus su sus nuestro nuestra nuestros nuestras vuestro vuestra yo me mí tú
    te ti él ella ello nosotros vosotros ellos ellas se sí le les nos os todo toda todos todas cada otro otra
    otros otras mismo misma algún alguna algunos algunas ningún ninguna mucho mucha muchos muchas poco poca
    pocos muy más menos tan tanto también tampoco ya aún todavía siempre nunca aquí allí ahora entonces así bien
    no solo sólo casi soy eres es somos son era eran fue fueron ser sido sea estoy está están estar estaba he
    has ha hemos han haber había hay tengo tiene tienen tener puede pueden poder debe deben hacer hace hacen
    hecho ir va van voy dice decir gracias hola cosa cosas";

const ITALIAN: &str = "\
    il lo la i gli le l un uno una di del dello della dei degli delle a al allo alla ai agli alle da dal dalla
    dai in nel nella nei nelle con su sul sulla sui per tra fra e ed o ma se che chi cui come quando dove perché
    mentre anche pure non più meno molto molti molta molte poco pochi tanto troppo già ancora sempre mai qui qua
    là ora poi così bene solo quasi questo questa questi queste quello quella quelli quelle io me mi tu te ti
    lui lei noi ci voi vi loro si ne mio mia miei mie tuo tua suo sua suoi sue nostro nostra nostri nostre
    vostro vostra ogni tutto tutta tutti tutte altro altra altri altre stesso stessa qualche alcuni alcune
    nessuno nessuna sono sei è siamo siete era erano essere stato stata ho hai ha abbiamo avete hanno avere
    aveva può possono potere deve devono dovere fare fa fanno fatto va vanno andare dire dice grazie ciao cosa
    cose";

const DUTCH: &str = "\
    de het een der den dit dat deze die zo'n elk elke ieder iedere alle alles veel vele weinig meer meest andere
    ander zelf zelfde geen niet niets niemand iemand iets ik me mij mijn je jij jou jouw u uw hij hem zijn zij
    ze haar wij we ons onze jullie hun hen er men wie wat waar wanneer waarom hoe welk welke of als omdat want
    dus maar en ook nog al wel toch toen dan nu hier daar altijd nooit weer vaak heel erg zeer te aan achter bij
    binnen boven buiten door in met na naar naast om onder op over per rond sinds tegen tot tussen uit van vanaf
    via voor zonder ben bent is was waren geweest heb hebt heeft hebben had hadden word wordt worden werd werden
    kan kunnen kon konden moet moeten moest mag mogen wil willen wilde zal zullen zou zouden ga gaat gaan ging
    doe doet doen gedaan maak maken komt komen zegt zeggen ja nee dank ding";

const PORTUGUESE: &str = "\
    o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela pelos pelas para com sem sob sobre
    entre até desde contra e ou mas se que quem qual quais cujo como quando onde porque porquê embora este esta
    estes estas esse essa esses essas aquele aquela aqueles aquelas isto isso aquilo eu me mim tu te ti ele ela
    nós vós eles elas lhe lhes meu minha meus minhas teu tua seu sua seus suas nosso nossa nossos nossas todo
    toda todos todas cada outro outra outros outras mesmo mesma algum alguma alguns algumas nenhum nenhuma muito
    muita muitos muitas pouco pouca mais menos tão tanto também já ainda sempre nunca aqui ali lá agora então
    assim bem não só quase sou és é somos são era eram foi foram ser sido estou está estão estar estava tenho
    tem têm ter tinha há haver pode podem poder deve devem fazer faz fazem feito ir vai vão dizer diz obrigado
    obrigada olá coisa coisas";

const SWEDISH: &str = "\
    en ett den det de dem denna detta dessa som att och eller men för om när där här var vad vem vilken vilket
    vilka hur varför medan eftersom inte ingen inget inga alla allt varje någon något några annan annat andra
    samma mycket många få mer mest jag mig min mitt mina du dig din ditt dina han honom hans hon henne hennes vi
    oss vår vårt våra ni er ert era deras sig sin sitt sina man på i av med till från vid under över mellan
    genom utan mot efter före hos ur så då nu också bara redan ännu alltid aldrig är vara varit har hade ha haft
    blir bli blev kan kunde ska skulle vill ville måste får fick går gick gör göra gjorde kommer kom ja nej tack";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_grammar_are_told_from_words_of_matter() {
        for word in ["whether", "their", "about", "they're", "isn't", "don\u{2019}t", "going", "next"] {
            assert!(is_function_word(word, Language::English), "{word}");
        }
        for word in ["room", "tickets", "firm's", "playroom", "shared"] {
            assert!(!is_function_word(word, Language::English), "{word}");
        }
        assert!(is_function_word("d'une", Language::French) && !is_function_word("l'atelier", Language::French));
        assert!(is_function_word("während", Language::German) && !is_function_word("werkstatt", Language::German));
        assert!(is_function_word("ve", Language::Turkish) && !is_function_word("oda\u{131}", Language::Turkish));
    }
}
