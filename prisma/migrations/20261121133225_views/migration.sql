-- CreateTable
CREATE TABLE "IcebergView" (
    "id" UUID NOT NULL,
    "namespaceId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "viewUuid" TEXT NOT NULL,
    "metadataLocation" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "IcebergView_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "IcebergView_namespaceId_name_key" ON "IcebergView"("namespaceId", "name");

-- AddForeignKey
ALTER TABLE "IcebergView" ADD CONSTRAINT "IcebergView_namespaceId_fkey" FOREIGN KEY ("namespaceId") REFERENCES "Namespace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A name belongs to a table or to a view of its namespace, never to both: two indexes cannot say that. The lock makes
-- writers of the same name wait for each other; the second one then sees the row of the first.
CREATE FUNCTION "assertNameIsFree"() RETURNS trigger AS $$
DECLARE
  taken boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW."namespaceId"::text || '/' || NEW.name, 0));
  IF TG_TABLE_NAME = 'IcebergView' THEN
    taken := EXISTS (SELECT FROM "IcebergTable" WHERE "namespaceId" = NEW."namespaceId" AND name = NEW.name);
  ELSE
    taken := EXISTS (SELECT FROM "IcebergView" WHERE "namespaceId" = NEW."namespaceId" AND name = NEW.name);
  END IF;
  IF taken THEN
    RAISE unique_violation USING
      MESSAGE = 'a table and a view of one namespace cannot have the same name',
      CONSTRAINT = CASE TG_TABLE_NAME WHEN 'IcebergView' THEN 'IcebergTable_name' ELSE 'IcebergView_name' END;
  END IF;
  RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE TRIGGER "IcebergTable_name" BEFORE INSERT OR UPDATE OF "namespaceId", name ON "IcebergTable"
  FOR EACH ROW EXECUTE FUNCTION "assertNameIsFree"();

CREATE TRIGGER "IcebergView_name" BEFORE INSERT OR UPDATE OF "namespaceId", name ON "IcebergView"
  FOR EACH ROW EXECUTE FUNCTION "assertNameIsFree"();
