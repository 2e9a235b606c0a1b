import { type PropertyRule, propertyRule } from '#lib/iceberg/actions/property-rules.ts'
import { reservedProperties } from '#lib/iceberg/commit/new-table-metadata.ts'
import { leastOrphanAgeMs } from '#lib/maintenance/policy/policy-fields.ts'

/** What a table property does, as the console and the API tell it. */
export interface KnownProperty {
  /** `write.metadata.metrics.column.` and other keys that end in a dot want the name of a column after them. */
  key: string
  /** What counts without it; null where that depends on the engine. */
  default: string | null
  /** null: any text */
  rule: PropertyRule | null
  text: { ko: string; en: string }
}

type Described = [key: string, otherwise: string | null, en: string, ko: string]

const described: readonly Described[] = [
  // Firn's own
  [
    'firn.compaction.enabled',
    null,
    'Whether Firn merges small files of this table by itself; by hand it always works.',
    'Firn이 이 테이블의 작은 파일을 알아서 병합할지 정합니다. 수동 병합은 언제나 됩니다.',
  ],
  [
    'firn.compaction.min-input-files',
    null,
    'How many small files a partition has to have before Firn merges them by itself.',
    'Firn이 알아서 병합을 시작하는 파티션의 작은 파일 수입니다.',
  ],
  [
    'firn.expiry.enabled',
    null,
    'Whether Firn expires old snapshots of this table by itself.',
    'Firn이 이 테이블의 오래된 스냅샷을 알아서 만료시킬지 정합니다.',
  ],
  [
    'firn.expiry.max-snapshots-to-keep',
    null,
    'How many snapshots of a branch Firn keeps at most, however young they are.',
    '브랜치마다 Firn이 보관하는 최대 스냅샷 수입니다. 새 스냅샷이라도 이 수를 넘지 않습니다.',
  ],
  [
    'firn.orphans.enabled',
    null,
    'Whether Firn looks for files of this table that nothing refers to any more.',
    '더 이상 쓰이지 않는 파일을 Firn이 찾아 치울지 정합니다.',
  ],
  [
    'firn.orphans.min-age-ms',
    null,
    'How old such a file has to be, in milliseconds; at least a day.',
    '그런 파일로 보기 시작하는 나이(밀리초)입니다. 하루 이상이어야 합니다.',
  ],
  [
    'firn.manifests.enabled',
    null,
    'Whether Firn rewrites manifests of this table by itself.',
    'Firn이 이 테이블의 매니페스트를 알아서 다시 쓸지 정합니다.',
  ],
  [
    'firn.manifests.min-count',
    null,
    'How many manifests there have to be before Firn rewrites them by itself.',
    'Firn이 알아서 다시 쓰기 시작하는 매니페스트 수입니다.',
  ],
  [
    'firn.maintenance.requires-approval',
    null,
    'Whether a maintenance plan waits until somebody approves it.',
    '유지 관리 계획을 누군가 승인할 때까지 기다릴지 정합니다.',
  ],
  [
    'firn.quarantine.hold-ms',
    null,
    'How long removed files stay in quarantine, where they can be brought back, in milliseconds; at least an hour.',
    '치운 파일을 되살릴 수 있는 격리 기간(밀리초)입니다. 한 시간 이상이어야 합니다.',
  ],
  // files
  [
    'write.target-file-size-bytes',
    null,
    "The size in bytes that data files are to have: without it 536870912 for engines, and what the maintenance policy says for Firn's compaction.",
    '데이터 파일의 목표 크기(바이트)입니다. 없으면 엔진은 536870912, Firn 컴팩션은 유지 관리 정책을 따릅니다.',
  ],
  [
    'write.delete.target-file-size-bytes',
    '67108864',
    'The size in bytes that writers aim at for delete files.',
    '쓰기 작업이 목표로 하는 삭제 파일 크기(바이트)입니다.',
  ],
  [
    'write.format.default',
    'parquet',
    'The file format engines write; Firn itself writes Parquet.',
    '엔진이 쓰는 파일 형식입니다. Firn은 Parquet로 씁니다.',
  ],
  [
    'write.data.path',
    null,
    "Where engines put data files; below the table's location unless set.",
    '엔진이 데이터 파일을 두는 위치입니다. 없으면 테이블 위치 아래입니다.',
  ],
  [
    'write.metadata.path',
    null,
    'Where metadata files are written; has to be inside the warehouse.',
    '메타데이터 파일을 쓰는 위치입니다. 웨어하우스 안이어야 합니다.',
  ],
  [
    'write.object-storage.enabled',
    'false',
    'Spreads data files over hashed folders, which takes load off single prefixes of an object store.',
    '데이터 파일을 해시 폴더에 나누어 두어 객체 저장소의 한 접두어에 부하가 몰리지 않게 합니다.',
  ],
  [
    'write.object-storage.partitioned-paths',
    'true',
    'Whether those hashed paths carry the partition values, too.',
    '해시 경로에 파티션 값도 넣을지 정합니다.',
  ],
  // Parquet
  [
    'write.parquet.compression-codec',
    'zstd',
    'How engines compress Parquet files: zstd is small and fast.',
    '엔진이 Parquet 파일을 압축하는 방식입니다. zstd가 작고 빠릅니다.',
  ],
  [
    'write.parquet.compression-level',
    null,
    'How hard the codec tries: higher is smaller and slower.',
    '압축 강도입니다. 높을수록 작고 느립니다.',
  ],
  [
    'write.parquet.row-group-size-bytes',
    '134217728',
    'The size in bytes of a row group, the piece of a file that one task reads.',
    '한 작업이 읽는 단위인 로우 그룹의 크기(바이트)입니다.',
  ],
  [
    'write.parquet.page-size-bytes',
    '1048576',
    'The size in bytes of a page, the smallest piece of a column that is read.',
    '컬럼을 읽는 최소 단위인 페이지의 크기(바이트)입니다.',
  ],
  ['write.parquet.page-row-limit', '20000', 'The most rows of a page.', '페이지의 최대 행 수입니다.'],
  [
    'write.parquet.dict-size-bytes',
    '2097152',
    'How large a dictionary of repeated values may get, in bytes.',
    '반복 값 사전의 최대 크기(바이트)입니다.',
  ],
  [
    'write.parquet.bloom-filter-enabled.column.',
    'false',
    'Writes a Bloom filter for a column, which finds single values without reading the files.',
    '컬럼에 블룸 필터를 써서 파일을 읽지 않고 값 하나를 찾게 합니다.',
  ],
  [
    'write.parquet.bloom-filter-max-bytes',
    '1048576',
    'The most bytes of a Bloom filter.',
    '블룸 필터의 최대 크기(바이트)입니다.',
  ],
  [
    'write.parquet.stats-enabled.column.',
    'true',
    'Whether statistics of a column are written into Parquet files.',
    'Parquet 파일에 컬럼 통계를 쓸지 정합니다.',
  ],
  // statistics in manifests
  [
    'write.metadata.metrics.default',
    'truncate(16)',
    'Which statistics of columns manifests keep: none, counts, bounds cut to a length, or full bounds.',
    '매니페스트에 남기는 컬럼 통계입니다. 없음, 개수, 잘라낸 경계값, 전체 경계값 가운데 고릅니다.',
  ],
  ['write.metadata.metrics.column.', null, 'The same for one column.', '한 컬럼의 통계 수준입니다.'],
  [
    'write.metadata.metrics.max-inferred-column-defaults',
    '100',
    'For how many columns statistics are kept without being asked for.',
    '따로 지정하지 않아도 통계를 남기는 컬럼 수입니다.',
  ],
  [
    'write.summary.partition-limit',
    '0',
    'Up to how many changed partitions a snapshot lists in its summary.',
    '스냅샷 요약에 나열하는 변경 파티션의 최대 수입니다.',
  ],
  // metadata files
  [
    'write.metadata.compression-codec',
    'none',
    'Whether metadata files are compressed.',
    '메타데이터 파일을 압축할지 정합니다.',
  ],
  [
    'write.metadata.previous-versions-max',
    '100',
    'How many earlier metadata files the table remembers.',
    '테이블이 기억하는 이전 메타데이터 파일 수입니다.',
  ],
  [
    'write.metadata.delete-after-commit.enabled',
    'false',
    'Removes the metadata files that fall out of that memory after each commit.',
    '그 범위를 벗어난 메타데이터 파일을 커밋할 때마다 지웁니다.',
  ],
  [
    'commit.manifest-merge.enabled',
    'true',
    'Whether commits merge manifests, so that planning reads few of them.',
    '커밋할 때 매니페스트를 병합해 계획 단계에서 적게 읽게 합니다.',
  ],
  [
    'commit.manifest.min-count-to-merge',
    '100',
    'How many manifests pile up before a commit merges them.',
    '커밋이 병합을 시작하는 매니페스트 수입니다.',
  ],
  [
    'commit.manifest.target-size-bytes',
    '8388608',
    'The size in bytes that manifests are merged towards.',
    '매니페스트를 병합할 때의 목표 크기(바이트)입니다.',
  ],
  // commits of engines
  [
    'commit.retry.num-retries',
    '4',
    'How often engines repeat a commit that lost a race.',
    '경합에서 진 커밋을 엔진이 다시 시도하는 횟수입니다.',
  ],
  [
    'commit.retry.min-wait-ms',
    '100',
    'The shortest wait of engines before such a repetition, in milliseconds.',
    '다시 시도하기 전 최소 대기 시간(밀리초)입니다.',
  ],
  [
    'commit.retry.max-wait-ms',
    '60000',
    'The longest wait of engines before such a repetition, in milliseconds.',
    '다시 시도하기 전 최대 대기 시간(밀리초)입니다.',
  ],
  [
    'commit.retry.total-timeout-ms',
    '1800000',
    'How long engines go on repeating, in milliseconds.',
    '엔진이 다시 시도하는 전체 시간(밀리초)입니다.',
  ],
  // row-level changes
  ...(['delete', 'update', 'merge'] as const).flatMap((verb): Described[] => [
    [
      `write.${verb}.mode`,
      'copy-on-write',
      `How ${verb} changes rows: rewriting files (reads stay fast) or adding delete files (writes stay fast).`,
      `${verb} 작업이 행을 바꾸는 방식입니다. 파일을 다시 쓰면 읽기가 빠르고, 삭제 파일을 더하면 쓰기가 빠릅니다.`,
    ],
    [
      `write.${verb}.isolation-level`,
      'serializable',
      `Whether ${verb} also fails when rows it would have changed were added meanwhile (serializable) or not (snapshot).`,
      `${verb} 작업 중에 대상 행이 추가되면 실패할지(serializable) 넘어갈지(snapshot) 정합니다.`,
    ],
    [
      `write.${verb}.distribution-mode`,
      null,
      `How Spark distributes the rows of ${verb} before writing: not at all, by partition, or by sort order.`,
      `Spark가 ${verb} 행을 쓰기 전에 나누는 방식입니다. 그대로, 파티션별, 정렬 순서별 가운데 고릅니다.`,
    ],
  ]),
  [
    'write.delete.granularity',
    'partition',
    'Whether Spark writes delete files for each partition or for each data file.',
    'Spark가 삭제 파일을 파티션마다 쓸지 데이터 파일마다 쓸지 정합니다.',
  ],
  [
    'write.distribution-mode',
    null,
    'How engines distribute rows before writing: not at all, by partition, or by sort order.',
    '엔진이 행을 쓰기 전에 나누는 방식입니다. 그대로, 파티션별, 정렬 순서별 가운데 고릅니다.',
  ],
  [
    'write.spark.fanout.enabled',
    'false',
    'Lets Spark keep a file open for each partition instead of sorting first; takes more memory.',
    'Spark가 먼저 정렬하는 대신 파티션마다 파일을 열어 둡니다. 메모리를 더 씁니다.',
  ],
  [
    'write.wap.enabled',
    'false',
    'Lets engines stage snapshots that are published after an audit (write, audit, publish).',
    '엔진이 스냅샷을 먼저 준비하고 검사한 뒤 공개하게 합니다(write-audit-publish).',
  ],
  // reading
  [
    'read.split.target-size',
    '134217728',
    'How many bytes engines give one reading task.',
    '엔진이 읽기 작업 하나에 맡기는 바이트 수입니다.',
  ],
  [
    'read.split.metadata-target-size',
    '33554432',
    'How many bytes of metadata engines give one reading task.',
    '엔진이 메타데이터 읽기 작업 하나에 맡기는 바이트 수입니다.',
  ],
  [
    'read.split.planning-lookback',
    '10',
    'How many open tasks engines look back at to fill them up.',
    '엔진이 작업을 채울 때 되돌아보는 열린 작업 수입니다.',
  ],
  [
    'read.split.open-file-cost',
    '4194304',
    'What opening a file counts for in bytes, so that many small ones do not end up in one task.',
    '파일 하나를 여는 비용을 바이트로 친 값입니다. 작은 파일이 한 작업에 몰리지 않게 합니다.',
  ],
  [
    'read.parquet.vectorization.enabled',
    'true',
    'Whether engines read Parquet in batches of columns.',
    '엔진이 Parquet를 컬럼 묶음 단위로 읽을지 정합니다.',
  ],
  [
    'read.parquet.vectorization.batch-size',
    '5000',
    'How many rows such a batch has.',
    '한 묶음의 행 수입니다.',
  ],
  // history
  [
    'history.expire.max-snapshot-age-ms',
    null,
    'How old snapshots get before expiring removes them, in milliseconds: without it 432000000 (5 days) for engines, and what the maintenance policy says for Firn.',
    '만료 작업이 지우기 전까지 스냅샷이 유지되는 시간(밀리초)입니다. 없으면 엔진은 432000000(5일), Firn은 유지 관리 정책을 따릅니다.',
  ],
  [
    'history.expire.min-snapshots-to-keep',
    null,
    'How many snapshots of each branch stay whatever their age: without it 1 for engines, and what the maintenance policy says for Firn.',
    '나이와 상관없이 브랜치마다 남기는 스냅샷 수입니다. 없으면 엔진은 1개, Firn은 유지 관리 정책을 따릅니다.',
  ],
  [
    'history.expire.max-ref-age-ms',
    '9223372036854775807',
    'How old branches and tags get before expiring removes them, in milliseconds; main never goes.',
    '만료 작업이 지우기 전까지 브랜치와 태그가 유지되는 시간(밀리초)입니다. main은 지우지 않습니다.',
  ],
  [
    'gc.enabled',
    'true',
    'Whether maintenance may delete files of this table; false for one that shares its files with another.',
    '유지 관리 작업이 이 테이블의 파일을 지워도 되는지 정합니다. 파일을 다른 테이블과 나누어 쓰면 false로 둡니다.',
  ],
  [
    'schema.name-mapping.default',
    null,
    'Which columns the names in files without field ids stand for (JSON).',
    '필드 ID가 없는 파일의 이름이 어느 컬럼인지 정합니다(JSON).',
  ],
  [
    'comment',
    null,
    'What the table is, in words; engines show it.',
    '테이블에 대한 설명입니다. 엔진이 보여 줍니다.',
  ],
  ['owner', null, 'Who is responsible for the table.', '테이블 담당자입니다.'],
]

/** Firn's rules for properties that Iceberg does not know, and where it asks for more than Iceberg. */
const trueOrFalse: PropertyRule = { kind: 'choice', values: ['true', 'false'] }
const ownRules: Record<string, PropertyRule> = {
  'firn.expiry.enabled': trueOrFalse,
  'firn.expiry.max-snapshots-to-keep': { kind: 'number', least: 1 },
  'firn.orphans.enabled': trueOrFalse,
  'firn.orphans.min-age-ms': { kind: 'number', least: leastOrphanAgeMs },
  'firn.manifests.enabled': trueOrFalse,
  'firn.manifests.min-count': { kind: 'number', least: 2 },
  'firn.maintenance.requires-approval': trueOrFalse,
  'firn.quarantine.hold-ms': { kind: 'number', least: 3_600_000 },
  'firn.compaction.enabled': trueOrFalse,
  'firn.compaction.min-input-files': { kind: 'number', least: 2 },
}

/** The table properties that Iceberg's implementations and Firn act on, Firn's own first. */
export const knownProperties: readonly KnownProperty[] = described.map(([key, otherwise, en, ko]) => ({
  key,
  default: otherwise,
  rule: ownRules[key] ?? propertyRule(key) ?? null,
  text: { ko, en },
}))

/** Properties that nobody can set, with the reason. */
export const refusedProperties = [...reservedProperties].map((key) => ({
  key,
  text:
    key === 'format-version'
      ? {
          en: 'The format version is no property of a table that is there: it is upgraded, and never goes back.',
          ko: '이미 있는 테이블의 포맷 버전은 속성이 아닙니다. 업그레이드만 되고 되돌릴 수 없습니다.',
        }
      : {
          en: "It would repeat what the table's metadata says itself.",
          ko: '테이블 메타데이터가 이미 담고 있는 내용입니다.',
        },
}))
