//! Stems of words, which one vocabulary entry covers in many forms.

/// Returns whether the key contains one of the stems.
pub(super) fn has_stem(key: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| key.contains(stem))
}

/// Returns whether the key begins with a denial, as `Not a customer` and `Keine Antwort` do.
pub(super) fn is_denied(key: &str) -> bool {
    ["not", "non", "no", "kein", "nicht", "pas", "sans", "aucun", "sin", "sem", "não", "nao"]
        .iter()
        .any(|denial| key.starts_with(denial))
}
