'use client'

import { Plug } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Segmented } from '#components/ui/segmented.tsx'

const engines = ['pyiceberg', 'spark', 'trino', 'duckdb'] as const
type Engine = (typeof engines)[number]

/** Stands where the reader's own token goes: a secret is shown once, when it is made. */
const token = 'firn_…'

/** What to paste into an engine so that it uses this catalog. */
function snippet(engine: Engine, uri: string, catalog: string): string {
  switch (engine) {
    case 'pyiceberg':
      return `from pyiceberg.catalog import load_catalog

catalog = load_catalog(
    "${catalog}",
    type="rest",
    uri="${uri}",
    warehouse="${catalog}",
    token="${token}",
)
print(catalog.list_namespaces())`
    case 'spark':
      return `spark-sql \\
  --packages org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0 \\
  --conf spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions \\
  --conf spark.sql.catalog.${catalog}=org.apache.iceberg.spark.SparkCatalog \\
  --conf spark.sql.catalog.${catalog}.type=rest \\
  --conf spark.sql.catalog.${catalog}.uri=${uri} \\
  --conf spark.sql.catalog.${catalog}.warehouse=${catalog} \\
  --conf spark.sql.catalog.${catalog}.token=${token}`
    case 'trino':
      return `connector.name=iceberg
iceberg.catalog.type=rest
iceberg.rest-catalog.uri=${uri}
iceberg.rest-catalog.warehouse=${catalog}
iceberg.rest-catalog.security=OAUTH2
iceberg.rest-catalog.oauth2.token=${token}`
    case 'duckdb':
      return `INSTALL iceberg; LOAD iceberg;
ATTACH '${catalog}' AS ${catalog} (
  TYPE iceberg,
  ENDPOINT '${uri}',
  TOKEN '${token}'
);`
  }
}

/** How another engine connects to this catalog, to be copied. */
export function ConnectDialog({ catalog }: { catalog: string }) {
  const t = useTranslations('catalog.connect')
  const [open, setOpen] = useState(false)
  const [engine, setEngine] = useState<Engine>('pyiceberg')
  return (
    <>
      <Button icon={Plug} onClick={() => setOpen(true)}>
        {t('open')}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('title', { catalog })}
        description={t('text')}
        size="lg"
      >
        <div className="flex flex-col gap-3">
          <Segmented
            label={t('engine')}
            value={engine}
            onChange={setEngine}
            options={engines.map((value) => ({ value, label: t(`engines.${value}`) }))}
          />
          {open && <CodeBlock code={snippet(engine, `${window.location.origin}/iceberg`, catalog)} />}
          <p className="text-faint text-sm">
            {t.rich('token', {
              link: (chunks) => (
                <Link className="text-accent hover:underline" href="/admin/tokens">
                  {chunks}
                </Link>
              ),
            })}
          </p>
        </div>
      </Dialog>
    </>
  )
}
