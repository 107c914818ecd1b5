//! What figures of agreement are called, whose they are, and when there is none.

use std::fmt;

/// A figure, or why there is none.
pub type Figure = Result<f64, Undefined>;

/// Why a figure is undefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Undefined {
    /// Nothing was judged by two.
    NothingShared,
    /// All judgements are the same, so that agreement beyond chance cannot be told from chance.
    OneCategory,
    /// The figure compares two coders.
    NotTwo,
    /// Judgements hang together: of characters side by side, of codes of one unit.
    Dependent,
    /// The codes have no numbers.
    NotNumbers,
    /// A unit has several codes of one coder, and a scale needs one.
    SeveralCodes,
    /// What is divided by is zero: nothing was given the code.
    NothingGiven,
    /// More different sets of codes than can be held against each other.
    TooMany,
    /// Only what somebody coded is there.
    CutOut,
}

impl Undefined {
    /// The reason, as it follows "undefined, since".
    pub fn reason(self) -> &'static str {
        match self {
            Undefined::NothingShared => "nothing was judged by two coders",
            Undefined::OneCategory => "only one category was used, so agreement cannot be told from chance",
            Undefined::NotTwo => "it compares two coders, and there are more or fewer",
            Undefined::Dependent => "judgements that hang together are not independent of each other",
            Undefined::NotNumbers => "the labels of the codes are not numbers that this scale can take",
            Undefined::SeveralCodes => {
                "a scale needs one code of each coder for each unit, and some units have several"
            }
            Undefined::NothingGiven => "nothing was given the code",
            Undefined::CutOut => {
                "the messages are passages that coders cut out, and what a coder saw and left is not known: import the \
                 documents, or say who read what with `assigned`"
            }
            Undefined::TooMany => "there are more different sets of codes than can be held against each other",
        }
    }
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

/// A formula of agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Formula {
    /// The share of pairs of judgements that agree.
    Percent,
    /// Two coders, chance from each one's own shares.
    Cohen,
    /// The same where some differences are smaller than others.
    WeightedCohen,
    /// Cohen's kappa for more than two coders.
    Conger,
    /// Two coders, chance from the shares of both together.
    Scott,
    /// The same for any number of coders.
    Fleiss,
    /// Chance from how hard a unit is to tell.
    Gwet,
    /// Chance as if all categories were equally likely.
    BrennanPrediger,
    /// Krippendorff's alpha of categories.
    AlphaNominal,
    /// Of ranks.
    AlphaOrdinal,
    /// Of numbers whose differences count.
    AlphaInterval,
    /// Of numbers whose ratios count.
    AlphaRatio,
    /// Of sets of codes, by what they share.
    AlphaJaccard,
    /// The same, and whether one holds the other.
    AlphaMasi,
    /// Of what the rules gave, how much people gave too.
    Precision,
    /// Of what people gave, how much the rules gave too.
    Recall,
    /// Both in one.
    F1,
}

impl Formula {
    /// Its name in programs.
    pub fn key(self) -> &'static str {
        match self {
            Formula::Percent => "percent_agreement",
            Formula::Cohen => "cohen_kappa",
            Formula::WeightedCohen => "weighted_kappa",
            Formula::Conger => "conger_kappa",
            Formula::Scott => "scott_pi",
            Formula::Fleiss => "fleiss_kappa",
            Formula::Gwet => "gwet_ac1",
            Formula::BrennanPrediger => "brennan_prediger",
            Formula::AlphaNominal => "krippendorff_alpha_nominal",
            Formula::AlphaOrdinal => "krippendorff_alpha_ordinal",
            Formula::AlphaInterval => "krippendorff_alpha_interval",
            Formula::AlphaRatio => "krippendorff_alpha_ratio",
            Formula::AlphaJaccard => "krippendorff_alpha_jaccard",
            Formula::AlphaMasi => "krippendorff_alpha_masi",
            Formula::Precision => "precision",
            Formula::Recall => "recall",
            Formula::F1 => "f1",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Formula::Percent => "percent agreement",
            Formula::Cohen => "Cohen's kappa",
            Formula::WeightedCohen => "weighted kappa",
            Formula::Conger => "Conger's kappa",
            Formula::Scott => "Scott's pi",
            Formula::Fleiss => "Fleiss' kappa",
            Formula::Gwet => "Gwet's AC1",
            Formula::BrennanPrediger => "Brennan and Prediger's kappa",
            Formula::AlphaNominal => "Krippendorff's alpha, nominal",
            Formula::AlphaOrdinal => "Krippendorff's alpha, ordinal",
            Formula::AlphaInterval => "Krippendorff's alpha, interval",
            Formula::AlphaRatio => "Krippendorff's alpha, ratio",
            Formula::AlphaJaccard => "Krippendorff's alpha, sets of codes by Jaccard",
            Formula::AlphaMasi => "Krippendorff's alpha, sets of codes by MASI",
            Formula::Precision => "precision",
            Formula::Recall => "recall",
            Formula::F1 => "F1",
        }
    }

    /// How it is worked out, and where that is published.
    pub fn source(self) -> &'static str {
        match self {
            Formula::Percent => {
                "of all pairs of judgements of a unit those that are the same, then the mean of the units"
            }
            Formula::Cohen => {
                "(po - pe) / (1 - pe), Cohen 1960; standard error and interval: Fleiss, Cohen & Everitt 1969"
            }
            Formula::WeightedCohen => {
                "Cohen 1968, linear weights of ranks, squared ones of numbers; standard error: Fleiss, Cohen & Everitt 1969"
            }
            Formula::Conger => "Cohen's kappa for more than two coders, Conger 1980",
            Formula::Scott => "pe from the shares of both coders together, Scott 1955",
            Formula::Fleiss => "Fleiss 1971; where judgements are missing as in Gwet 2014",
            Formula::Gwet => "pe from how evenly the categories are used, Gwet 2008",
            Formula::BrennanPrediger => "pe is 1 / number of categories, Brennan & Prediger 1981",
            Formula::AlphaNominal | Formula::AlphaOrdinal | Formula::AlphaInterval | Formula::AlphaRatio => {
                "1 - Do / De, Krippendorff 2011, which allows for missing judgements"
            }
            Formula::AlphaJaccard => "1 - Do / De; two sets differ by 1 - shared / all, Jaccard 1912",
            Formula::AlphaMasi => "1 - Do / De; two sets differ as in Passonneau 2006 (MASI)",
            Formula::Precision => "both / all that the rules gave, van Rijsbergen 1979",
            Formula::Recall => "both / all that people gave, van Rijsbergen 1979",
            Formula::F1 => "the harmonic mean of precision and recall, van Rijsbergen 1979",
        }
    }
}

/// The middle 95 % of a normal distribution lie so many standard errors around its mean.
pub(super) const NORMAL_95: f64 = 1.959_963_984_540_054;
