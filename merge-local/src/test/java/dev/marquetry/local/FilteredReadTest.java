/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.Column;
import dev.marquetry.local.oracle.ColumnType;
import dev.marquetry.local.oracle.Footers;
import dev.marquetry.local.oracle.Layout;
import dev.marquetry.local.oracle.MergeCase;
import dev.marquetry.local.oracle.SkippingReads;
import dev.marquetry.local.oracle.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Readers that skip what statistics, page indexes and Bloom filters rule out find in an output what readers find that look
 * at every row. Small pages and several row groups leave them much to skip.
 */
class FilteredReadTest {
    private static final int ROWS = 1_000;
    private static final String PREFIX =
            "a prefix that is longer than what page indexes keep of a value, of which they keep 64 ";

    private static final List<Column> COLUMNS = List.of(
            new Column("key", ColumnType.INT64, false),
            new Column("row", ColumnType.INT32, true),
            new Column("time", ColumnType.TIMESTAMP_MICROS_UTC, false),
            new Column("few", ColumnType.INT32, false),
            new Column("unsigned", ColumnType.UINT_32, false),
            new Column("walk", ColumnType.DOUBLE, false),
            new Column("real", ColumnType.FLOAT, false),
            new Column("name", ColumnType.STRING, false),
            new Column("long_name", ColumnType.STRING, false),
            new Column("price", ColumnType.DECIMAL_INT64, false),
            new Column("amount", ColumnType.DECIMAL_FIXED, false));

    /** What a feature file has of the spine's rows, and in which order. */
    private enum Lie {
        ALIGNED(rows -> rows),
        GAPPY(rows -> rows.stream().filter(row -> row % 7 != 3).toList()),
        LATE(rows -> rows.subList(450, ROWS)),
        OUTAGE(rows -> Stream.concat(rows.subList(0, 130).stream(), rows.subList(620, ROWS).stream())
                .toList()),
        SHUFFLED(rows -> {
            List<Integer> shuffled = new ArrayList<>(rows.subList(0, 900));
            Collections.shuffle(shuffled, new Random(4));
            return shuffled;
        }),
        SHUFFLED_IN_GROUPS(rows -> {
            List<Integer> shuffled = new ArrayList<>(rows);
            for (int from = 0; from < ROWS; from += ROWS / 4) {
                Collections.shuffle(shuffled.subList(from, from + ROWS / 4), new Random(from));
            }
            return shuffled;
        }),
        DUPLICATES(rows -> rows.stream()
                .flatMap(row -> row % 50 == 0 ? Stream.of(row, row) : Stream.of(row))
                .toList());

        private final UnaryOperator<List<Integer>> rows;

        Lie(UnaryOperator<List<Integer>> rows) {
            this.rows = rows;
        }
    }

    private enum Writer {
        PARQUET_JAVA_V1,
        PARQUET_JAVA_V2,
        DUCKDB
    }

    private static final Map<Move, Long> MOVES = new EnumMap<>(Move.class);
    private static Connection duck;

    @TempDir
    Path folder;

    @BeforeAll
    static void openDuckDb() throws SQLException {
        duck = DriverManager.getConnection("jdbc:duckdb:");
        run("SET threads = 1");
        run("SET TimeZone = 'UTC'");
    }

    @AfterAll
    static void everyMoveWasSeen() throws SQLException {
        duck.close();
        assertThat(MOVES).containsOnlyKeys(Move.values());
    }

    static Stream<Arguments> files() {
        Set<Lie> byAll = Set.of(Lie.ALIGNED, Lie.GAPPY, Lie.SHUFFLED);
        return Stream.of(Lie.values())
                .flatMap(lie -> Stream.of(Writer.values())
                        .filter(writer -> writer == Writer.PARQUET_JAVA_V1 || byAll.contains(lie))
                        .map(writer -> Arguments.of(lie, writer)));
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("files")
    void skippingReaders_findWhatIsThere(Lie lie, Writer writer) throws Exception {
        List<Integer> rows = lie.rows.apply(IntStream.range(0, ROWS).boxed().toList());
        MergeCase merge = merge(rows, writer);
        Path output = folder.resolve("wide.parquet");
        MergeResult result = LocalArrowStrategy.within(
                        ResourceLimits.builder().threads(2).build())
                .merge(merge.request(output));
        result.chunks().forEach((move, chunks) -> MOVES.merge(move, chunks, Long::sum));
        assertIndexed(output, lie, writer);

        List<String> differences = new ArrayList<>();
        Table feature = merge.features().get(0);
        for (int c = 1; c < feature.columns().size(); c++) {
            List<Object> pivots = pivots(feature, c);
            Column column = feature.columns().get(c);
            differences.addAll(SkippingReads.differences(output, column, "spine_row", pivots));
        }
        differences.addAll(askDuckDb(output));
        assertThat(differences).isEmpty();
    }

    private MergeCase merge(List<Integer> rows, Writer writer) throws SQLException {
        List<Object[]> spine = IntStream.range(0, ROWS)
                .mapToObj(row -> new Object[] {(long) row, row})
                .toList();
        List<Column> keyAndRow = List.of(COLUMNS.get(0), new Column("spine_row", ColumnType.INT32, true));
        List<Object[]> values = IntStream.range(0, rows.size())
                .mapToObj(at -> values(rows.get(at), at))
                .toList();
        Set<String> all = COLUMNS.stream().map(Column::name).collect(Collectors.toSet());
        Layout layout = new Layout(
                List.of(ROWS / 4),
                20,
                writer == Writer.PARQUET_JAVA_V2 ? WriterVersion.PARQUET_2_0 : WriterVersion.PARQUET_1_0,
                CompressionCodecName.SNAPPY,
                Set.of("few", "name"),
                1 << 20,
                Set.of(),
                all,
                true);
        Layout plain = Layout.plain().rowGroups(List.of(ROWS / 4));
        MergeCase merge = new MergeCase(
                        "filtered",
                        List.of("key"),
                        new Table(folder.resolve("spine.parquet"), keyAndRow, spine, plain),
                        List.of(new Table(folder.resolve("feature.parquet"), COLUMNS, values, layout)),
                        DuplicateKeys.FIRST,
                        SpineDuplicates.REJECT)
                .write();
        if (writer == Writer.DUCKDB) {
            Path file = merge.features().get(0).file();
            run("CREATE OR REPLACE TEMP TABLE feature AS SELECT * FROM read_parquet('" + file + "')");
            run("COPY feature TO '" + file + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        }
        return merge;
    }

    /** Returns the cells of the feature row for {@code key}; some ascend, some have few values, some are null. */
    private static Object[] values(int key, int at) {
        SplittableRandom random = new SplittableRandom(key * 31L + at);
        boolean isNull = random.nextInt(6) == 0 || key / 60 == 5;
        double walk = key / 80 == 3 || random.nextInt(40) == 0 ? Double.NaN : (key - 500) / 10.0;
        float[] reals = {0f, -0f, 1.5f, Float.NaN, Float.NEGATIVE_INFINITY, key};
        return new Object[] {
            (long) key,
            at,
            1_600_000_000_000_000L + key * 60_000_000L,
            isNull ? null : random.nextInt(5) * 1_000,
            random.nextInt() | (key < 500 ? 0 : 1 << 31),
            isNull ? null : (Object) (key % 100 == 0 ? -0.0 : walk),
            reals[random.nextInt(reals.length)],
            isNull ? null : Binary.fromString("n" + random.nextInt(30)),
            Binary.fromString(PREFIX + key),
            isNull ? null : (Object) ((key - 500) * 10_000L + random.nextInt(9)),
            decimal((key - 500) * 1_000_000_007L)
        };
    }

    private static Binary decimal(long unscaled) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 16; i++) {
            bytes[15 - i] = (byte) (unscaled >> Math.min(63, 8 * i));
        }
        return Binary.fromConstantByteArray(bytes);
    }

    private static List<Object> pivots(Table table, int column) {
        List<Object> pivots = new ArrayList<>();
        for (int at : new int[] {table.rows().size() / 3, table.rows().size() - 5}) {
            for (int row = at; row >= 0 && pivots.size() < 8; row--) {
                Object value = table.rows().get(row)[column];
                if (value != null && !pivots.contains(value)) {
                    pivots.add(value);
                    break;
                }
            }
        }
        ColumnType type = table.columns().get(column).type();
        if (type == ColumnType.DOUBLE) {
            pivots.addAll(List.of(0.0, Double.NaN, 1e9));
        } else if (type == ColumnType.FLOAT) {
            pivots.addAll(List.of(0f, -0f, Float.NaN));
        } else if (type == ColumnType.STRING) {
            pivots.add(Binary.fromString("not there"));
        }
        return pivots;
    }

    /** Without indexes there would be nothing to skip by. */
    private static void assertIndexed(Path output, Lie lie, Writer writer) throws IOException {
        List<ColumnChunk> chunks = Footers.of(Files.readAllBytes(output)).getRow_groups().stream()
                .flatMap(group -> group.getColumns().stream())
                .toList();
        if (writer != Writer.DUCKDB) {
            assertThat(chunks.stream().filter(ColumnChunk::isSetColumn_index_offset))
                    .hasSizeGreaterThan(chunks.size() / 2);
        }
        boolean hasBloomFilters =
                chunks.stream().anyMatch(chunk -> chunk.getMeta_data().isSetBloom_filter_offset());
        // No filter knows the values of a chunk that draws from several.
        assertThat(hasBloomFilters || lie == Lie.SHUFFLED || lie == Lie.DUPLICATES)
                .isTrue();
    }

    private List<String> askDuckDb(Path output) throws SQLException {
        run("CREATE OR REPLACE TEMP TABLE everything AS SELECT * FROM read_parquet('" + output + "')");
        List<String> differences = new ArrayList<>();
        for (Column column : COLUMNS.subList(1, COLUMNS.size())) {
            List<String> literals = literals(column.name());
            List<String> predicates = new ArrayList<>(List.of(" IS NULL", " IS NOT NULL"));
            predicates.add(" IN (" + String.join(", ", literals) + ")");
            predicates.add(" BETWEEN " + literals.get(0) + " AND " + literals.get(1));
            for (String literal : literals) {
                predicates.addAll(List.of(" = " + literal, " < " + literal, " >= " + literal));
            }
            for (String predicate : predicates) {
                String where = " WHERE \"" + column.name() + "\"" + predicate;
                String found = answer("read_parquet('" + output + "')" + where);
                String wanted = answer("everything" + where);
                if (!found.equals(wanted)) {
                    differences.add("DuckDB finds " + found + " instead of " + wanted + where);
                }
            }
        }
        return differences;
    }

    private List<String> literals(String column) throws SQLException {
        String name = '"' + column + '"';
        List<String> literals = new ArrayList<>();
        try (Statement statement = duck.createStatement();
                ResultSet rows = statement.executeQuery("SELECT DISTINCT ON (v) v::VARCHAR, typeof(v) FROM (SELECT "
                        + name + " AS v FROM everything WHERE " + name + " IS NOT NULL AND spine_row % 163 < 20"
                        + " ORDER BY spine_row) ORDER BY v LIMIT 60")) {
            while (rows.next()) {
                literals.add("'" + rows.getString(1) + "'::" + rows.getString(2));
            }
        }
        int step = Math.max(1, literals.size() / 3);
        return IntStream.range(0, literals.size())
                .filter(i -> i % step == 0 || i == literals.size() - 1)
                .mapToObj(literals::get)
                .toList();
    }

    private static String answer(String from) throws SQLException {
        try (Statement statement = duck.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*) || ' rows, ' || coalesce(sum(spine_row), 0) FROM " + from)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void run(String sql) throws SQLException {
        try (Statement statement = duck.createStatement()) {
            statement.execute(sql);
        }
    }
}
