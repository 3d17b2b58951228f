/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.bigquery.BigQueryError;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.JobStatistics;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.Table;
import com.google.cloud.bigquery.TableId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load jobs: BigQuery's types, and what it does not load. */
class LoopbackLoadTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
        bench.bigQuery.create(bench.dataset());
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    private BigQueryError refused(Path file) {
        bench.upload("in.parquet", file);
        BigQueryError error =
                bench.run(Bench.load("t", "in.parquet")).getStatus().getError();
        assertThat(error).isNotNull();
        assertThat(bench.cloud.tables(Bench.DATASET)).isEmpty();
        return error;
    }

    private List<String> types(String table) {
        Table description = bench.bigQuery.getTable(TableId.of(Bench.DATASET, table));
        return description.getDefinition().getSchema().getFields().stream()
                .map(field -> field.getName() + " " + field.getType().getStandardType())
                .toList();
    }

    @Test
    void typesBecomeBigQuerys_andAreCountedByItsRules() {
        bench.upload(
                "in.parquet",
                bench.file(
                        "in",
                        "SELECT i::INTEGER AS i32, i::FLOAT AS f32, i = 1 AS flag, 'ab'::BLOB AS b, 'abc' AS s,"
                                + " DATE '2024-01-01' AS d, TIMESTAMP '2024-01-01 00:00:00' AS ts,"
                                + " CASE WHEN i = 1 THEN 7::BIGINT END AS gaps FROM range(3) t(i)"));

        JobStatistics.LoadStatistics statistics = bench.succeed(Bench.load("t", "in.parquet"));

        assertThat(statistics.getOutputRows()).isEqualTo(3);
        assertThat(statistics.getOutputBytes()).isEqualTo(3 * (8 + 8 + 1 + 4 + 5 + 8 + 8) + 8);
        assertThat(types("t"))
                .containsExactly(
                        "i32 " + StandardSQLTypeName.INT64,
                        "f32 " + StandardSQLTypeName.FLOAT64,
                        "flag " + StandardSQLTypeName.BOOL,
                        "b " + StandardSQLTypeName.BYTES,
                        "s " + StandardSQLTypeName.STRING,
                        "d " + StandardSQLTypeName.DATE,
                        "ts " + StandardSQLTypeName.TIMESTAMP,
                        "gaps " + StandardSQLTypeName.INT64);
        assertThat(bench.bigQuery.getTable(TableId.of(Bench.DATASET, "t")).getNumRows())
                .isEqualTo(3);
        assertThat(bench.bigQuery.getTable(TableId.of(Bench.DATASET, "nothing")))
                .isNull();
    }

    /** The last footer counts: here it leaves out a column, renames the others and takes away what they meant. */
    @Test
    void aFileWithASecondFooterIsWhatThatSays() {
        Path file = bench.file(
                "in",
                "SELECT 'key' || i AS k, TIMESTAMP '2024-01-01 00:00:00' AS ts, 'x' || i AS s, (i + 0.5)::DECIMAL(9, 1) AS dec,"
                        + " 18446744073709551615::UBIGINT AS u, uuid() AS id, i::INTEGER AS o FROM range(3) t(i)");
        ParquetFooter.append(file, LoopbackLoadTest::relabel);
        bench.upload("in.parquet", file);

        bench.succeed(Bench.load("t", "in.parquet"));

        assertThat(types("t")).containsExactly("c0 INT64", "c1 BYTES", "c2 INT64", "c3 INT64", "c4 BYTES", "o INT64");
        bench.succeed(Bench.query(Bench.export(
                "out/",
                "SELECT t.`o`, t.`c0`, t.`c1`, t.`c2`, t.`c3` FROM " + Bench.path("t") + " AS t ORDER BY t.`o`")));
        assertThat(bench.rows("SELECT * FROM '" + bench.download("out/").get(0) + "'"))
                .containsExactly(
                        "0,1704067200000000,x0,5,-1", "1,1704067200000000,x1,15,-1", "2,1704067200000000,x2,25,-1");
    }

    private static void relabel(ParquetFooter footer) {
        List<ThriftStruct> schema = new ArrayList<>(footer.schema());
        schema.remove(1);
        schema.get(0).put(5, schema.size() - 1);
        List<String> names = new ArrayList<>();
        for (int i = 1; i < schema.size(); i++) {
            String name = schema.get(i).text(4);
            names.add(name.equals("o") ? name : "c" + (i - 1));
            schema.get(i).put(4, names.get(i - 1));
            List.of(6, 7, 8, 10).forEach(schema.get(i)::remove);
        }
        footer.metadata().putStructs(2, schema);
        for (ThriftStruct group : footer.metadata().structs(4)) {
            List<ThriftStruct> chunks = new ArrayList<>(group.structs(1));
            chunks.remove(0);
            for (int i = 0; i < chunks.size(); i++) {
                chunks.get(i).struct(3).putTexts(3, List.of(names.get(i)));
                // Minimum and maximum were told of the types the columns had.
                chunks.get(i).struct(3).remove(12);
            }
            group.putStructs(1, chunks);
        }
    }

    @Test
    void moreThanTenThousandColumnsAreRefused() {
        Path file = bench.file("wide", "SELECT 1 AS c");
        ParquetFooter.change(file, footer -> {
            ThriftStruct column = footer.schema().get(1);
            List<ThriftStruct> schema = new ArrayList<>(Collections.nCopies(10_002, column));
            schema.set(0, footer.schema().get(0));
            footer.metadata().putStructs(2, schema);
        });
        assertThat(refused(file).getMessage())
                .isEqualTo("Too many columns (10001) in schema. Only 10000 columns are allowed.");
    }

    @Test
    void forbiddenAndEqualNamesAreRefused() {
        assertThat(refused(bench.file("a", "SELECT 1 AS _TABLE_x")).getMessage())
                .contains("_TABLE_x");
        assertThat(refused(bench.file("b", "SELECT 1 AS \"a.b\"")).getMessage()).contains("Invalid field name \"a.b\"");
        Path same = bench.file("c", "SELECT 1 AS a, 2 AS b");
        ParquetFooter.change(same, footer -> footer.schema().get(2).put(4, "A"));
        assertThat(refused(same).getMessage()).contains("already exists in schema");
    }

    @Test
    void numbersAboveSixtyThreeBitsAreRefused() {
        BigQueryError error = refused(bench.file("u", "SELECT 18446744073709551615::UBIGINT AS u"));
        assertThat(error.getReason()).isEqualTo("invalid");
        assertThat(error.getMessage()).startsWith("Error while reading data");
        bench.table("small", "SELECT 7::UBIGINT AS u");
        assertThat(types("small")).containsExactly("u INT64");
    }

    @Test
    void codecsAndTypesItDoesNotReadAreRefused() {
        assertThat(refused(bench.file("brotli", "SELECT 1 AS a", "COMPRESSION BROTLI"))
                        .getMessage())
                .contains("BROTLI");
        Path oldLz4 = bench.file("lz4", "SELECT 1 AS a", "COMPRESSION LZ4_RAW");
        ParquetFooter.change(oldLz4, footer -> {
            ThriftStruct chunk = footer.metadata().structs(4).get(0).structs(1).get(0);
            chunk.struct(3).put(4, 5);
        });
        assertThat(refused(oldLz4).getMessage()).contains("LZ4");
        assertThat(refused(bench.file("time", "SELECT TIME '01:02:03' AS a")).getMessage())
                .contains("Unsupported type");
        assertThat(refused(bench.file("nanos", "SELECT TIMESTAMP_NS '2024-01-01' AS a"))
                        .getMessage())
                .contains("Unsupported type");
        for (String codec : List.of("ZSTD", "GZIP", "SNAPPY", "LZ4_RAW", "UNCOMPRESSED")) {
            bench.table("t_" + codec, "SELECT 1 AS a");
            Path file = bench.file(codec, "SELECT 1 AS a", "COMPRESSION " + codec);
            bench.upload("codec.parquet", file);
            bench.succeed(Bench.load("t_" + codec, "codec.parquet"));
        }
    }

    @Test
    void whatIsNoFileOrNotThereIsAnError() {
        BigQueryError missing =
                bench.run(Bench.load("t", "nothing.parquet")).getStatus().getError();
        assertThat(missing.getReason()).isEqualTo("notFound");
        assertThat(missing.getMessage()).isEqualTo("Not found: URI gs://staging/nothing.parquet");
        bench.upload("text.parquet", "a text that is no Parquet file at all");
        assertThat(bench.run(Bench.load("t", "text.parquet"))
                        .getStatus()
                        .getError()
                        .getMessage())
                .contains("not in Parquet format");
    }

    @Test
    void aLoadReplacesATable() {
        bench.table("t", "SELECT 1 AS a");
        bench.table("t", "SELECT 2 AS b, 3 AS c");
        assertThat(types("t")).containsExactly("b INT64", "c INT64");
        assertThat(bench.bigQuery
                        .getTable(TableId.of(Bench.DATASET, "t"))
                        .getDefinition()
                        .getSchema()
                        .getFields())
                .extracting(Field::getName)
                .containsExactly("b", "c");
    }
}
