//! Exact decimal numbers.
//!
//! A decimal is a whole number of units of 10⁻¹² in 128 bits. Libraries with a floating scale round a sum silently
//! when its digits do not fit, and then the result depends on the order of the rows; here addition is exact or
//! refused, so a sum is the same in every order. Products and quotients are rounded to 12 places, halves away from
//! zero.

use std::fmt;

/// How many units make one.
const ONE: i128 = 1_000_000_000_000;
/// How many digits stand after the point.
pub const PLACES: usize = 12;

/// An exact decimal with up to 12 places after the point; at most about 1.7 · 10²⁶ in size.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i128);

/// Why a text is no decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// `abc`, `1.`, `1.2.3`
    Form,
    /// More than 12 digits after the point.
    Places,
    /// Too many digits before the point.
    Size,
}

impl Decimal {
    /// The decimal of a whole number.
    pub fn from_i64(n: i64) -> Decimal {
        Decimal(i128::from(n) * ONE)
    }

    /// The whole number it is, if it is one and fits 64 bits.
    pub fn to_i64(self) -> Option<i64> {
        if self.0 % ONE == 0 { i64::try_from(self.0 / ONE).ok() } else { None }
    }

    /// Reads `-12.50`; a point, no separators, no exponent.
    pub fn parse(text: &str) -> Result<Decimal, ParseError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = match digits.split_once('.') {
            Some((_, "")) => return Err(ParseError::Form),
            Some((whole, part)) => (whole, part),
            None => (digits, ""),
        };
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(part) {
            return Err(ParseError::Form);
        }
        let part = part.trim_end_matches('0');
        if part.len() > PLACES {
            return Err(ParseError::Places);
        }
        let whole: i128 = whole.parse().map_err(|_| ParseError::Size)?;
        let part: i128 = format!("{part:0<PLACES$}").parse().map_err(|_| ParseError::Form)?;
        let units = whole.checked_mul(ONE).and_then(|w| w.checked_add(part)).ok_or(ParseError::Size)?;
        Ok(Decimal(if negative { -units } else { units }))
    }

    /// The sum, unless it is too large.
    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_add(other.0).map(Decimal)
    }

    /// The difference, unless it is too large.
    pub fn checked_sub(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_sub(other.0).map(Decimal)
    }

    /// The product to 12 places, unless it is too large.
    pub fn checked_mul(self, other: Decimal) -> Option<Decimal> {
        let (a, a_rest) = (self.0 / ONE, self.0 % ONE);
        let (b, b_rest) = (other.0 / ONE, other.0 % ONE);
        let whole = a.checked_mul(b)?.checked_mul(ONE)?;
        let mixed = a.checked_mul(b_rest)?.checked_add(a_rest.checked_mul(b)?)?;
        let rest = rounded_quotient(a_rest * b_rest, ONE);
        whole.checked_add(mixed)?.checked_add(rest).map(Decimal)
    }

    /// The quotient to 12 places; [`None`] for a division by zero.
    pub fn checked_div(self, other: Decimal) -> Option<Decimal> {
        if other.0 == 0 {
            return None;
        }
        let (mut quotient, mut rest) = (self.0.checked_div(other.0)?, self.0 % other.0);
        for _ in 0..PLACES {
            rest = rest.checked_mul(10)?;
            quotient = quotient.checked_mul(10)?.checked_add(rest / other.0)?;
            rest %= other.0;
        }
        quotient.checked_add(rounded_quotient(rest, other.0)).map(Decimal)
    }

    /// Without its sign.
    pub fn checked_abs(self) -> Option<Decimal> {
        self.0.checked_abs().map(Decimal)
    }

    /// Rounded to `places` digits after the point, for people to read.
    pub fn round(self, places: usize) -> Decimal {
        let unit = 10i128.pow(PLACES.saturating_sub(places) as u32);
        Decimal(rounded_quotient(self.0, unit).saturating_mul(unit))
    }
}

/// `a / b`, halves away from zero.
fn rounded_quotient(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a / b, a % b);
    if rest.unsigned_abs() * 2 >= b.unsigned_abs() && rest != 0 {
        quotient + if (a < 0) == (b < 0) { 1 } else { -1 }
    } else {
        quotient
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        let (whole, part) = (units / ONE as u128, units % ONE as u128);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let part = format!("{part:0PLACES$}");
        write!(f, "{sign}{whole}.{}", part.trim_end_matches('0'))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).expect("a decimal")
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        assert_eq!(d("0.60"), d("0.6"));
        assert_eq!(d("2.0").to_i64(), Some(2));
        assert_eq!(d("-0.5").to_string(), "-0.5");
        assert_eq!(d("-0").to_string(), "0");
    }

    #[test]
    fn quotients_have_twelve_places_and_round_halves_away_from_zero() {
        assert_eq!(d("2").checked_div(d("3")).unwrap().to_string(), "0.666666666667");
        assert_eq!(d("-2").checked_div(d("3")).unwrap().to_string(), "-0.666666666667");
        assert_eq!(d("1").checked_div(d("0")), None);
        let large = Decimal::from_i64(i64::MAX);
        assert_eq!(large.checked_div(large), Some(d("1")));
        assert_eq!(large.checked_mul(large), None);
        assert_eq!(d("0.1").checked_mul(d("0.000000000005")).unwrap().to_string(), "0.000000000001");
    }

    #[test]
    fn what_is_no_decimal_is_refused_with_the_reason() {
        assert_eq!(Decimal::parse("12,5"), Err(ParseError::Form));
        assert_eq!(Decimal::parse("1."), Err(ParseError::Form));
        assert_eq!(Decimal::parse("0.1234567890123"), Err(ParseError::Places));
        assert_eq!(Decimal::parse("1e3"), Err(ParseError::Form));
        assert_eq!(Decimal::parse(&"9".repeat(40)), Err(ParseError::Size));
    }
}
