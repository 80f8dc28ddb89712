"""The CRM's migrations. Named constraints and dotted paths in them keep their names forever."""
