-- Why somebody may look, and how far. A council changes these rows, not the program; what no row permits is forbidden.
CREATE TABLE purpose (
  code TEXT PRIMARY KEY,
  title TEXT NOT NULL,               -- As a professional would say it.
  lawful_basis TEXT NOT NULL,        -- UK GDPR Article 6 and 9 conditions and the enactment behind them.
  position INTEGER NOT NULL          -- Where it stands in the list.
) STRICT;

CREATE TABLE access_rule (
  role TEXT NOT NULL,
  organisation_kind TEXT NOT NULL,   -- police, school, nhs, social_care
  purpose TEXT NOT NULL REFERENCES purpose (code),
  tier TEXT NOT NULL CONSTRAINT known_tier CHECK (tier IN ('signpost', 'forbidden')),
  PRIMARY KEY (role, organisation_kind, purpose)
) STRICT;

-- Sources: Children Act 1989 sections 17, 46 and 47; Children Act 2004 sections 10 and 11; Working Together to
-- Safeguard Children 2023, chapter 1 (information sharing); Data Protection Act 2018, Schedule 1 paragraph 18
-- (safeguarding of children and of individuals at risk); Children Missing Education statutory guidance (Education Act
-- 1996, section 436A).
INSERT INTO purpose (code, title, lawful_basis, position) VALUES
  ('immediate-risk', 'A child may be in danger now',
   'UK GDPR Article 6(1)(e) and 9(2)(g) with Data Protection Act 2018 Schedule 1 paragraph 18; Children Act 1989 sections 46 and 47', 1),
  ('safeguarding-enquiry', 'A safeguarding enquiry or referral',
   'UK GDPR Article 6(1)(e) and 9(2)(g) with Data Protection Act 2018 Schedule 1 paragraph 18; Children Act 1989 section 47; Children Act 2004 section 11', 2),
  ('missing-child', 'A missing child, or a child missing education',
   'UK GDPR Article 6(1)(e) and 9(2)(g) with Data Protection Act 2018 Schedule 1 paragraph 18; Education Act 1996 section 436A', 3),
  ('direct-care', 'Health care for the child',
   'UK GDPR Article 6(1)(e) and 9(2)(h) with Data Protection Act 2018 Schedule 1 paragraph 2; Children Act 2004 section 10', 4),
  ('early-help', 'Early help for the family',
   'UK GDPR Article 6(1)(e) and 9(2)(g) with Data Protection Act 2018 Schedule 1 paragraph 18; Children Act 2004 section 10', 5);

INSERT INTO access_rule (role, organisation_kind, purpose, tier) VALUES
  ('partner', 'police', 'immediate-risk', 'signpost'),
  ('partner', 'police', 'safeguarding-enquiry', 'signpost'),
  ('partner', 'police', 'missing-child', 'signpost'),
  ('partner', 'school', 'immediate-risk', 'signpost'),
  ('partner', 'school', 'safeguarding-enquiry', 'signpost'),
  ('partner', 'school', 'missing-child', 'signpost'),
  ('partner', 'school', 'early-help', 'signpost'),
  ('partner', 'nhs', 'immediate-risk', 'signpost'),
  ('partner', 'nhs', 'safeguarding-enquiry', 'signpost'),
  ('partner', 'nhs', 'direct-care', 'signpost'),
  ('partner', 'social_care', 'immediate-risk', 'signpost'),
  ('partner', 'social_care', 'safeguarding-enquiry', 'signpost'),
  ('partner', 'social_care', 'missing-child', 'signpost'),
  ('partner', 'social_care', 'early-help', 'signpost');
