//! Large numbers as people read them.

/// `1,099,511,627,776`
pub fn thousands(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_three_digits_have_a_comma_between_them() {
        assert_eq!([0, 999, 1_204, 1 << 40].map(thousands), ["0", "999", "1,204", "1,099,511,627,776"]);
    }
}
