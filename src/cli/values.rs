//! What people write behind an option: sizes, times, settings.

use std::time::Duration;

/// `500MB`, `2GB`, `1000000`
pub fn size(text: &str) -> Result<usize, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let unit = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1_u64,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => 0,
    };
    match text[..digits].parse::<f64>() {
        Ok(number) if unit > 0 && number > 0.0 && number.is_finite() => Ok((number * unit as f64) as usize),
        _ => Err("a size is a number with a unit, for example 500MB or 2GB".to_owned()),
    }
}

/// `10`, `0.5`
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.trim().trim_end_matches('s').parse::<f64>().ok().filter(|s| *s > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "a time is a number of seconds, for example 10 or 0.5".to_owned())
}

/// `min_authors=3`
pub fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("a parameter is set as NAME=VALUE, for example min_authors=3".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_read_as_people_write_them() {
        assert_eq!(["500MB", "2 GB", "1.5k", "7"].map(size), [500 << 20, 2 << 30, 1536, 7].map(Ok));
        assert!(["", "MB", "-1GB", "3 cats", "0"].iter().all(|text| size(text).is_err()));
        assert_eq!(["10", "0.5", "2s"].map(seconds), [10_000, 500, 2000].map(|ms| Ok(Duration::from_millis(ms))));
        assert!(["", "0", "-1", "soon", "1e400", "nan"].iter().all(|text| seconds(text).is_err()));
    }
}
