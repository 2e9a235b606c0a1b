-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "canary" JSONB,
ADD COLUMN     "cpu" JSONB;
