-- Why a version was published though checks found gaps or overlaps in its tables; NULL where they found nothing.
ALTER TABLE decision_version ADD COLUMN accepted TEXT;
