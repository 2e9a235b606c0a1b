-- AlterTable
ALTER TABLE "VisitorHour" ADD COLUMN     "sketch" BYTEA NOT NULL;
