-- Revision @rev@
CREATE USER 'relay'@'%' IDENTIFIED BY 'it''s @sql@';
ALTER ROLE relay WITH LOGIN PASSWORD 'a''@sqlrole@';
SET PASSWORD FOR 'relay'@'%' = '@sqlset@';
