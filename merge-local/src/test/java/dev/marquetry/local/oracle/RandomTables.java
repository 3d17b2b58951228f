/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.local.oracle.Shape.RowKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Makes merge cases out of a seed: the same seed gives the same tables, laid out in files in the same way. */
public final class RandomTables {
    private static final List<CompressionCodecName> CODECS = List.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD,
            CompressionCodecName.LZ4_RAW);
    private static final int MOST_ROW_GROUPS = 25;
    private static final int MOST_PAGES = 25;

    private final RandomGenerator random;
    private final Path folder;
    private final Optional<Shape> shape;
    private final Optional<WriterVersion> version;
    private final List<KeyFamily> families;
    private final List<ColumnType> types;
    private final List<ColumnType> keyTypes = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();

    private RandomTables(long seed, Path folder, Optional<Shape> shape, Optional<WriterVersion> version) {
        this.random = new SplittableRandom(seed);
        this.folder = folder;
        this.shape = shape;
        this.version = version;
        this.families = families();
        this.types = new ArrayList<>(List.of(ColumnType.values()));
        if (random.nextInt(8) > 0) {
            types.remove(ColumnType.BSON); // DuckDB opens no file that has it
        }
        for (int k = 0; k < families.size(); k++) {
            keys.add("key" + k);
            keyTypes.add(pick(families.get(k).types()));
        }
    }

    /** Returns the case of {@code seed}, its files in {@code folder}, written. */
    public static MergeCase write(long seed, Path folder) {
        return new RandomTables(seed, folder, Optional.empty(), Optional.empty())
                .make("seed " + seed)
                .write();
    }

    /** Returns a case in which every feature file has {@code shape} and pages of {@code version}, written. */
    public static MergeCase write(long seed, Path folder, Shape shape, WriterVersion version) {
        return new RandomTables(seed, folder, Optional.of(shape), Optional.of(version))
                .make(shape + " with pages of " + version + ", seed " + seed)
                .write();
    }

    private MergeCase make(String title) {
        List<RowKey> rows = spineRows();
        boolean nullable = random.nextInt(3) == 0;
        if (nullable) {
            rows.replaceAll(row -> random.nextInt(8) == 0 ? new RowKey(row.ordinal(), 0, true) : row);
        }
        List<RowKey> distinct = List.copyOf(rows);
        boolean copies = shape.isEmpty() && !rows.isEmpty() && random.nextInt(8) == 0;
        if (copies) {
            rows.add(random.nextInt(rows.size()), pick(rows));
        }
        Table spine = table("spine", rows, nullable, random.nextInt(5), Optional.empty());
        List<Table> features = new ArrayList<>();
        boolean duplicates = false;
        for (int f = shape.isPresent() ? random.nextInt(4, 6) : random.nextInt(6); f >= 0; f--) {
            Shape of = shape.orElseGet(() -> pick(List.of(Shape.values())));
            duplicates |= of == Shape.DUPLICATES;
            features.add(feature("f" + features.size(), of, distinct, nullable, spine.layout()));
        }
        return new MergeCase(
                title,
                keys,
                spine,
                features,
                duplicates || random.nextBoolean()
                        ? pick(List.of(DuplicateKeys.FIRST, DuplicateKeys.LAST))
                        : DuplicateKeys.REJECT,
                copies ? SpineDuplicates.ALLOW : SpineDuplicates.REJECT);
    }

    private List<KeyFamily> families() {
        List<KeyFamily> all = new ArrayList<>(List.of(KeyFamily.values()));
        all.remove(KeyFamily.BOOLEAN);
        List<KeyFamily> chosen = new ArrayList<>();
        chosen.add(random.nextInt(3) == 0 ? pick(List.of(KeyFamily.INTEGER, KeyFamily.TIMESTAMP_UTC)) : pick(all));
        if (random.nextInt(4) == 0) {
            chosen.add(pick(all));
            if (random.nextBoolean()) {
                chosen.add(pick(List.of(KeyFamily.values())));
            }
        }
        return List.copyOf(chosen);
    }

    private List<RowKey> spineRows() {
        int kind = random.nextInt(100);
        boolean ends = shape.isEmpty();
        int count = kind < 5 && ends
                ? 0
                : kind < 10 && ends
                        ? 1
                        : kind < 45
                                ? random.nextInt(2, 40)
                                : kind < 90 ? random.nextInt(40, 400) : random.nextInt(400, 1500);
        List<RowKey> rows = new ArrayList<>();
        long ordinal = 2 * random.nextInt(100);
        for (int r = 0; r < count; r++) {
            rows.add(new RowKey(ordinal, 0, false));
            ordinal += 2L * random.nextInt(1, 4);
        }
        if (random.nextInt(4) == 0) {
            Collections.shuffle(rows, new Random(random.nextLong()));
        } else if (random.nextInt(8) == 0) {
            Collections.reverse(rows);
        }
        return rows;
    }

    private Table feature(String name, Shape of, List<RowKey> spine, boolean nullable, Layout spineLayout) {
        List<ColumnType> before = List.copyOf(keyTypes);
        boolean near = keys.size() == 1;
        for (int k = 0; k < keys.size(); k++) {
            keyTypes.set(
                    k,
                    random.nextInt(3) > 0 ? before.get(k) : pick(families.get(k).types()));
            near &= families.get(k).hasNear(keyTypes.get(k));
        }
        List<RowKey> rows = of.rows(spine, random, near);
        boolean hasNulls = nullable && random.nextBoolean();
        if (!hasNulls && of != Shape.IDENTICAL) {
            rows.removeIf(RowKey::isNull);
        }
        boolean optional = rows.stream().anyMatch(RowKey::isNull) || random.nextBoolean();
        Optional<Layout> like =
                of == Shape.IDENTICAL && random.nextBoolean() ? Optional.of(spineLayout) : Optional.empty();
        Table table = table(name, rows, optional, random.nextInt(1, 7), like);
        for (int k = 0; k < keys.size(); k++) {
            keyTypes.set(k, before.get(k));
        }
        return table;
    }

    private Table table(String name, List<RowKey> keyRows, boolean nullable, int others, Optional<Layout> like) {
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < others; c++) {
            ColumnType type = pick(types);
            String odd = random.nextInt(20) == 0 ? " \"\u00fc\" " : "_";
            columns.add(new Column(name + odd + c + "_" + type, type, random.nextInt(4) == 0));
        }
        for (int k = 0; k < keys.size(); k++) {
            columns.add(random.nextInt(columns.size() + 1), new Column(keys.get(k), keyTypes.get(k), !nullable));
        }
        int count = keyRows.size();
        List<List<Object>> values = new ArrayList<>();
        for (Column column : columns) {
            int k = keys.indexOf(column.name());
            values.add(k < 0 ? Values.fill(column, count, random) : keyValues(k, keyRows));
        }
        List<Object[]> rows = new ArrayList<>();
        for (int r = 0; r < count; r++) {
            int row = r;
            rows.add(values.stream().map(column -> column.get(row)).toArray());
        }
        Layout layout = layout(columns, count);
        if (like.isPresent()) {
            layout = layout.rowGroups(like.get().rowGroupRows());
        }
        return new Table(folder.resolve(name + ".parquet"), List.copyOf(columns), rows, layout);
    }

    private List<Object> keyValues(int k, List<RowKey> rows) {
        int whole = keys.size() - (families.get(keys.size() - 1) == KeyFamily.BOOLEAN ? 2 : 1);
        List<Object> values = new ArrayList<>();
        for (RowKey row : rows) {
            boolean isNull = row.isNull() && (k == row.ordinal() / 2 % keys.size());
            long part = k == whole
                    ? row.ordinal()
                    : (families.get(k) == KeyFamily.BOOLEAN ? row.ordinal() : row.ordinal() / (k == 0 ? 80 : 20));
            values.add(isNull ? null : KeyFamily.value(keyTypes.get(k), part, k == 0 ? row.near() : 0));
        }
        return values;
    }

    private Layout layout(List<Column> columns, int rows) {
        List<Integer> groups = switch (random.nextInt(3)) {
            case 0 -> List.of(1_000_000);
            case 1 -> List.of(Math.max(pick(List.of(1, 3, 10, 50, 250, 1000)), rows / MOST_ROW_GROUPS));
            default -> random.ints(5, 1, Math.max(8, rows / 3)).boxed().toList();
        };
        return new Layout(
                groups,
                Math.max(pick(List.of(1, 2, 7, 50, 500, 20_000)), rows / MOST_PAGES),
                version.orElseGet(() -> pick(List.of(WriterVersion.values()))),
                pick(CODECS),
                some(columns, column -> true),
                pick(List.of(64, 1000, 1 << 20)),
                some(columns, this::splits),
                some(columns, column -> column.type() != ColumnType.BOOLEAN && column.type() != ColumnType.INT96),
                random.nextInt(12) > 0);
    }

    /** DuckDB could not follow where it can not read a key. */
    private boolean splits(Column column) {
        return switch (column.type().physical()) {
            case INT32, INT64, FLOAT, DOUBLE -> true;
            case FIXED_LEN_BYTE_ARRAY -> !keys.contains(column.name());
            case BINARY, BOOLEAN, INT96 -> false;
        };
    }

    private Set<String> some(List<Column> columns, Predicate<Column> may) {
        int oneIn = random.nextInt(1, 5);
        return columns.stream()
                .filter(may)
                .filter(column -> !column.name().contains("\""))
                .filter(column -> random.nextInt(oneIn) == 0)
                .map(Column::name)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
