-- An entry of the audit log is about a package that exists, or about a copy of one with a seeded defect.
CREATE TRIGGER audit_is_about_a_package BEFORE INSERT ON audit
WHEN NEW.package IS NOT NULL AND NOT EXISTS (SELECT 1 FROM packages WHERE id = NEW.package)
     AND NOT EXISTS (SELECT 1 FROM seeded_defects WHERE id = NEW.package)
BEGIN SELECT RAISE(ABORT, 'the audit log is about packages that exist'); END;
