/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.NameClash;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.Column;
import dev.marquetry.local.oracle.ColumnType;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shaded.parquet.com.fasterxml.jackson.databind.JsonNode;
import shaded.parquet.com.fasterxml.jackson.databind.ObjectMapper;

/** The entries that Arrow and pandas leave in a footer are true of the output: read back by Arrow Java, and as JSON. */
class FooterEntriesTest {
    private static final String ARROW = "ARROW:schema";
    /** What pyarrow writes for one string column named symbol. */
    private static final String BY_PYARROW =
            "/////3AAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAA"
                    + "EAAUAAgABgAHAAwAAAAQABAAAAAAAAEFEAAAABwAAAAEAAAAAAAAAAYAAABzeW1ib2wAAAQABAAEAAAA";

    private static final ArrowType INT64 = new ArrowType.Int(64, true);
    private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;

    @TempDir
    Path root;

    private Folder folder;
    private Path in;

    @BeforeEach
    void makeFolders() throws IOException {
        folder = Folder.in(root);
        in = root.resolve("in");
    }

    private static Fixture spine() {
        return Fixtures.table("spine").key("ts", 1, 2, 3).required().column("close", 1.5, 2.5, null);
    }

    private static Fixture feature(String name, String column) {
        return Fixtures.table(name).key("ts", 1, 3, 4).column(column, 1.0, 2.0, 3.0);
    }

    private Map<String, String> merged(Path spine, Path... features) {
        LocalArrowStrategy.within(ResourceLimits.builder().threads(2).build())
                .merge(MergeRequest.onKey("ts")
                        .spine(spine)
                        .features(List.of(features))
                        .onNameClash(NameClash.PREFIX)
                        .writeTo(folder.output()));
        return Tables.read(folder.output()).metadata();
    }

    private static String text(Schema schema) {
        return Base64.getEncoder().encodeToString(schema.serializeAsMessage());
    }

    private static Schema schema(Map<String, String> metadata) {
        byte[] bytes = Base64.getDecoder().decode(metadata.get(ARROW));
        assertThat(bytes.length % 8).isZero();
        return Schema.deserializeMessage(ByteBuffer.wrap(bytes));
    }

    private static Field field(String name, boolean nullable, ArrowType type) {
        return field(name, nullable, type, null, Map.of());
    }

    private static Field field(
            String name, boolean nullable, ArrowType type, DictionaryEncoding dictionary, Map<String, String> entries) {
        return new Field(name, new FieldType(nullable, type, dictionary, entries), null);
    }

    private static ArrowType micros(String zone) {
        return new ArrowType.Timestamp(TimeUnit.MICROSECOND, zone);
    }

    @Test
    void arrowSchema_hasEachFilesOwnFields_renamedAndNullableAsInTheOutput() {
        Field zoned = field("ts", false, micros("Europe/Berlin"), null, Map.of("unit", "bar"));
        Field category =
                field("close", false, TEXT, new DictionaryEncoding(7, true, new ArrowType.Int(8, true)), Map.of());
        Path spine = spine().metadata(ARROW, text(new Schema(List.of(zoned, category))))
                .writeTo(in);
        Field view = field("close", false, ArrowType.Utf8View.INSTANCE, null, Map.of("ARROW:extension:name", "a.b"));
        Field small =
                field("low", true, TEXT, new DictionaryEncoding(7, false, new ArrowType.Int(16, false)), Map.of());
        Path rsi = Fixtures.table("rsi")
                .key("ts", 1, 2, 3)
                .column("low", 1.0, 2.0, 3.0)
                .column("close", 1.0, 2.0, 3.0)
                .required()
                .metadata(ARROW, text(new Schema(List.of(view, small, field("ts", true, INT64)))))
                .writeTo(in);
        Path plain = feature("plain", "volume").writeTo(in);

        assertThat(schema(merged(spine, rsi, plain)).getFields())
                .containsExactly(
                        zoned,
                        field(
                                "close",
                                true,
                                TEXT,
                                new DictionaryEncoding(0, true, new ArrowType.Int(8, true)),
                                Map.of()),
                        field(
                                "low",
                                true,
                                TEXT,
                                new DictionaryEncoding(1, false, new ArrowType.Int(16, false)),
                                Map.of()),
                        field(
                                "rsi__close",
                                true,
                                ArrowType.Utf8View.INSTANCE,
                                null,
                                Map.of("ARROW:extension:name", "a.b")),
                        field("volume", true, DOUBLE));
    }

    @Test
    void arrowSchema_isWrittenIfOnlyAFeatureHasOne_andNotIfOnlyItsKeysGoIn() {
        Path keysOnly = Fixtures.table("keys")
                .key("ts", 1, 2)
                .metadata(ARROW, text(new Schema(List.of(field("ts", true, micros("UTC"))))))
                .metadata("pandas", "{\"columns\": []}")
                .writeTo(in);
        assertThat(merged(spine().writeTo(in), keysOnly)).doesNotContainKeys(ARROW, "pandas");

        Path rsi = feature("rsi", "open")
                .metadata(
                        ARROW, text(new Schema(List.of(field("open", false, new ArrowType.Duration(TimeUnit.SECOND))))))
                .writeTo(in);
        folder = new Folder(root.resolve("again"));
        folder.output().getParent().toFile().mkdirs();
        assertThat(schema(merged(spine().writeTo(in), rsi)).getFields())
                .containsExactly(
                        field("ts", false, INT64),
                        field("close", true, DOUBLE),
                        field("open", true, new ArrowType.Duration(TimeUnit.SECOND)));
    }

    @Test
    void whatPyarrowWrites_isRead() {
        Path rsi = Fixtures.table("rsi")
                .key("ts", 1, 2)
                .strings("symbol", "a", "b")
                .metadata(ARROW, BY_PYARROW)
                .writeTo(in);
        assertThat(schema(merged(spine().writeTo(in), rsi)).getFields()).last().isEqualTo(field("symbol", true, TEXT));
    }

    @Test
    void lengthWithoutAMark_asBeforeArrow015_isRead() {
        byte[] message = new Schema(List.of(field("open", true, new ArrowType.Null()))).serializeAsMessage();
        Path rsi = feature("rsi", "open")
                .metadata(ARROW, Base64.getEncoder().encodeToString(Arrays.copyOfRange(message, 4, message.length)))
                .writeTo(in);
        assertThat(schema(merged(spine().writeTo(in), rsi)).findField("open").getType())
                .isEqualTo(ArrowType.Null.INSTANCE);
    }

    @Test
    void everyArrowType_isCopiedWithAllItHas() {
        List<Field> fields = new ArrayList<>();
        List<ArrowType> types = List.of(
                new ArrowType.Null(),
                new ArrowType.Int(8, false),
                new ArrowType.FloatingPoint(FloatingPointPrecision.HALF),
                new ArrowType.Binary(),
                TEXT,
                new ArrowType.Bool(),
                new ArrowType.Decimal(60, -3, 256),
                new ArrowType.Date(DateUnit.MILLISECOND),
                new ArrowType.Time(TimeUnit.NANOSECOND, 64),
                new ArrowType.Timestamp(TimeUnit.SECOND, null),
                micros("+05:30"),
                new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
                new ArrowType.Duration(TimeUnit.NANOSECOND),
                new ArrowType.FixedSizeBinary(17),
                new ArrowType.LargeBinary(),
                new ArrowType.LargeUtf8(),
                new ArrowType.BinaryView(),
                new ArrowType.Utf8View());
        types.forEach(type ->
                fields.add(field("f" + fields.size(), true, type, null, Map.of("n", "" + fields.size()))));
        List<Field> children = List.of(field("a", false, INT64), field("b", true, micros("UTC")));
        List<ArrowType> nested = List.of(
                new ArrowType.Struct(),
                new ArrowType.RunEndEncoded(),
                new ArrowType.Union(UnionMode.Dense, new int[] {5, 9}),
                new ArrowType.List(),
                new ArrowType.LargeList(),
                new ArrowType.ListView(),
                new ArrowType.LargeListView(),
                new ArrowType.FixedSizeList(3),
                new ArrowType.Map(true));
        for (ArrowType type : nested) {
            int count = type instanceof ArrowType.Struct
                            || type instanceof ArrowType.RunEndEncoded
                            || type instanceof ArrowType.Union
                    ? 2
                    : 1;
            fields.add(new Field("f" + fields.size(), FieldType.nullable(type), children.subList(0, count)));
        }
        Fixture all = Fixtures.table("all").key("ts", 1, 2);
        fields.forEach(field -> all.column(field.getName(), 1.0, 2.0));
        Path file = all.metadata(ARROW, text(new Schema(fields))).writeTo(in);

        List<Field> found = schema(merged(spine().writeTo(in), file)).getFields();
        assertThat(found.subList(2, found.size())).isEqualTo(fields);
    }

    @Test
    void columnsOfFilesWithoutAnEntry_haveTheTypeThatReadersGiveThemAnyway() {
        Map<ColumnType, ArrowType> expected = new LinkedHashMap<>();
        for (ColumnType type : ColumnType.values()) {
            expected.put(type, asRead(type));
        }
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("ts", ColumnType.INT64, false));
        expected.keySet().forEach(type -> columns.add(new Column(type.name(), type, false)));
        Path file = folder.table("all.parquet", columns, List.of());
        Path spine = spine().metadata(ARROW, BY_PYARROW).writeTo(in);

        List<Field> found = schema(merged(spine, file)).getFields();
        List<Field> wanted = new ArrayList<>(List.of(field("ts", false, INT64), field("close", true, DOUBLE)));
        expected.forEach((column, type) -> wanted.add(field(column.name(), true, type)));
        assertThat(found).isEqualTo(wanted);
    }

    private static ArrowType asRead(ColumnType type) {
        return switch (type) {
            case INT32, INT_32 -> new ArrowType.Int(32, true);
            case INT_8 -> new ArrowType.Int(8, true);
            case INT_16 -> new ArrowType.Int(16, true);
            case UINT_8 -> new ArrowType.Int(8, false);
            case UINT_16 -> new ArrowType.Int(16, false);
            case UINT_32 -> new ArrowType.Int(32, false);
            case INT64, INT_64 -> INT64;
            case UINT_64 -> new ArrowType.Int(64, false);
            case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case DOUBLE -> DOUBLE;
            case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
            case BOOLEAN -> new ArrowType.Bool();
            case STRING, JSON -> TEXT;
            case ENUM, BSON, BINARY -> new ArrowType.Binary();
            case FIXED -> new ArrowType.FixedSizeBinary(5);
            case INTERVAL -> new ArrowType.FixedSizeBinary(12);
            case UUID -> new ArrowType.FixedSizeBinary(16);
            case DECIMAL_INT32 -> new ArrowType.Decimal(9, 2, 128);
            case DECIMAL_INT64 -> new ArrowType.Decimal(18, 4, 128);
            case DECIMAL_BINARY -> new ArrowType.Decimal(30, 6, 128);
            case DECIMAL_FIXED -> new ArrowType.Decimal(38, 10, 128);
            case DECIMAL_WIDE -> new ArrowType.Decimal(58, 8, 256);
            case DATE -> new ArrowType.Date(DateUnit.DAY);
            case TIME_MILLIS_UTC, TIME_MILLIS_LOCAL -> new ArrowType.Time(TimeUnit.MILLISECOND, 32);
            case TIME_MICROS_UTC, TIME_MICROS_LOCAL -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
            case TIME_NANOS_UTC, TIME_NANOS_LOCAL -> new ArrowType.Time(TimeUnit.NANOSECOND, 64);
            case TIMESTAMP_MILLIS_UTC -> new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC");
            case TIMESTAMP_MILLIS_LOCAL -> new ArrowType.Timestamp(TimeUnit.MILLISECOND, null);
            case TIMESTAMP_MICROS_UTC -> micros("UTC");
            case TIMESTAMP_MICROS_LOCAL -> micros(null);
            case TIMESTAMP_NANOS_UTC -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC");
            case TIMESTAMP_NANOS_LOCAL, INT96 -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
        };
    }

    @Test
    void derivedField_keepsTheFieldId() {
        PrimitiveType numbered = Types.optional(PrimitiveTypeName.DOUBLE).id(42).named("numbered");
        Path file = Fixtures.table("f").key("ts", 1).column(numbered, 1.0).writeTo(in);
        Path spine = spine().metadata(ARROW, BY_PYARROW).writeTo(in);
        assertThat(schema(merged(spine, file)).findField("numbered").getMetadata())
                .containsExactly(entry("PARQUET:field_id", "42"));
    }

    @Test
    void entriesOfTheSchemaItself_areTheSpines_withTheTruePandasEntry() {
        Map<String, String> entries = Map.of("owner", "desk 7", "pandas", "{}", "geo", "{}", "marquetry.columns", "[]");
        Schema ofSpine = new Schema(List.of(field("ts", true, INT64)), entries);
        Path spine = spine().metadata(ARROW, text(ofSpine)).writeTo(in);
        Schema ofFeature = new Schema(List.of(), Map.of("feature", "note"));
        Path rsi = feature("rsi", "open").metadata(ARROW, text(ofFeature)).writeTo(in);
        assertThat(schema(merged(spine, rsi)).getCustomMetadata()).containsExactly(entry("owner", "desk 7"));

        spine().metadata(ARROW, text(ofSpine))
                .metadata("pandas", "{\"columns\": []}")
                .writeTo(in);
        folder.output().toFile().delete();
        Map<String, String> both = merged(spine, rsi);
        assertThat(schema(both).getCustomMetadata())
                .containsOnly(entry("owner", "desk 7"), entry("pandas", both.get("pandas")));
    }

    @Test
    void brokenEntry_isTakenForNone_andNeverFailsTheMerge() throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        List<Field> good = List.of(
                field("ts", true, micros("Europe/Berlin"), null, Map.of("a", "b")),
                new Field("v", FieldType.nullable(new ArrowType.Struct()), List.of(field("c", true, TEXT))),
                field("w", true, TEXT, new DictionaryEncoding(1, true, null), Map.of()));
        byte[] message = new Schema(good, Map.of("k", "v")).serializeAsMessage();
        List<Path> files = new ArrayList<>();
        for (int f = 0; f < 150; f++) {
            byte[] broken = message.clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                int at = random.nextInt(broken.length);
                broken[at] =
                        random.nextBoolean() ? (byte) random.nextInt() : (byte) (broken[at] ^ 1 << random.nextInt(8));
            }
            broken = f % 10 == 0 ? Arrays.copyOf(broken, random.nextInt(broken.length)) : broken;
            files.add(Fixtures.table("f" + f)
                    .key("ts", 1, 2)
                    .column("v", 1.0, 2.0)
                    .column("w", 1.0, 2.0)
                    .metadata(ARROW, f == 0 ? "no base64" : Base64.getEncoder().encodeToString(broken))
                    .metadata("pandas", f % 3 == 0 ? "{" : f % 3 == 1 ? "[1]" : "{\"columns\":[1,{},{\"name\":{}}]}")
                    .writeTo(in));
        }
        Path spine = spine().metadata(ARROW, BY_PYARROW).writeTo(in);
        Map<String, String> metadata = merged(spine, files.toArray(Path[]::new));
        assertThat(schema(metadata).getFields()).hasSize(302);
        assertThat(new ObjectMapper().readTree(metadata.get("pandas")).get("columns"))
                .hasSize(302);

        Files.delete(folder.output());
        Path only = feature("only", "x")
                .metadata(ARROW, "/////w==")
                .metadata("pandas", "nothing")
                .writeTo(in);
        assertThat(merged(spine().writeTo(in), only)).doesNotContainKeys(ARROW, "pandas");
    }

    private static final String LABELS = "[{\"name\": null, \"field_name\": null, \"pandas_type\": \"unicode\","
            + " \"numpy_type\": \"object\", \"metadata\": {\"encoding\": \"UTF-8\"}}]";

    private static String pandas(String index, String labels, String... columns) {
        return "{\"index_columns\": " + index + ", \"column_indexes\": " + labels + ", \"columns\": ["
                + String.join(", ", columns)
                + "], \"attributes\": {\"of\": \"the input\"}, \"partition_columns\": [],"
                + " \"creator\": {\"library\": \"pyarrow\", \"version\": \"14.0.2\"}, \"pandas_version\": \"2.1.4\"}";
    }

    private static String column(String name, String field, String type, String numpy, String metadata) {
        return "{\"name\": " + name + ", \"field_name\": \"" + field + "\", \"pandas_type\": \"" + type
                + "\", \"numpy_type\": \"" + numpy + "\", \"metadata\": " + metadata + "}";
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void pandas_hasEachFilesOwnColumns_andTheSpinesIndex() throws IOException {
        Path spine = spine().metadata(
                        "pandas",
                        pandas(
                                "[\"ts\"]",
                                LABELS,
                                column("\"close\"", "close", "float64", "Float64", "null"),
                                column("null", "ts", "int64", "int64", "{\"a\": [1]}")))
                .writeTo(in);
        Path rsi = Fixtures.table("rsi")
                .key("ts", 1, 2)
                .column("close", 1.0, 2.0)
                .strings("sector", "a", "b")
                .column("__index_level_0__", 0.0, 1.0)
                .metadata(
                        "pandas",
                        pandas(
                                "[\"__index_level_0__\"]",
                                "[]",
                                column("\"close\"", "close", "float64", "float32", "null"),
                                column(
                                        "\"sector\"",
                                        "sector",
                                        "categorical",
                                        "int8",
                                        "{\"num_categories\": 2, \"ordered\": false}"),
                                column("null", "__index_level_0__", "float64", "float64", "null")))
                .writeTo(in);
        PrimitiveType time = Types.optional(PrimitiveTypeName.INT64)
                .as(timestampType(true, org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MILLIS))
                .named("at \"noon\"");
        Path plain = Fixtures.table("plain")
                .key("ts", 1)
                .column(time, 5L)
                .ints("i", 3)
                .writeTo(in);

        JsonNode found = json(merged(spine, rsi, plain).get("pandas"));
        String version = found.get("creator").get("version").asText();
        assertThat(version).isNotBlank();
        assertThat(found)
                .isEqualTo(json("{\"index_columns\": [\"ts\"], \"column_indexes\": " + LABELS + ", \"columns\": ["
                        + String.join(
                                ",",
                                column("null", "ts", "int64", "int64", "{\"a\": [1]}"),
                                column("\"close\"", "close", "float64", "Float64", "null"),
                                column("\"rsi__close\"", "rsi__close", "float64", "float32", "null"),
                                column(
                                        "\"sector\"",
                                        "sector",
                                        "categorical",
                                        "int8",
                                        "{\"num_categories\": 2, \"ordered\": false}"),
                                column("\"__index_level_0__\"", "__index_level_0__", "float64", "float64", "null"),
                                column(
                                        "\"at \\\"noon\\\"\"",
                                        "at \\\"noon\\\"",
                                        "datetimetz",
                                        "datetime64[ns]",
                                        "{\"timezone\": \"UTC\"}"),
                                column("\"i\"", "i", "int32", "int32", "null"))
                        + "], \"creator\": {\"library\": \"marquetry\", \"version\": \"" + version
                        + "\"}, \"pandas_version\": \"2.1.4\"}"));
    }

    @Test
    void rangeIndex_isKeptIfItHasAsManyRowsAsTheOutput() throws IOException {
        String range = "[{\"kind\": \"range\", \"name\": null, \"start\": %d, \"stop\": %d, \"step\": %d}]";
        assertThat(index(range.formatted(0, 3, 1))).isEqualTo(json(range.formatted(0, 3, 1)));
        assertThat(index(range.formatted(9, 4, -2))).isEqualTo(json(range.formatted(9, 4, -2)));
        assertThat(index(range.formatted(0, 4, 1))).isEmpty();
        assertThat(index(range.formatted(0, 3, 0))).isEmpty();
        assertThat(index("[\"ts\", \"gone\"]")).isEmpty();
        assertThat(index("[{\"kind\": \"other\"}]")).isEmpty();
        assertThat(index("\"ts\"")).isEmpty();
    }

    private JsonNode index(String spines) throws IOException {
        Path spine = spine().metadata("pandas", pandas(spines, "[]")).writeTo(in);
        Files.deleteIfExists(folder.output());
        return json(merged(spine, feature("rsi", "open").writeTo(in)).get("pandas"))
                .get("index_columns");
    }

    /** Pandas believes its own entry of a time zone rather than Arrow's. */
    @Test
    void timeZoneOfAColumnThatPandasDoesNotKnow_isArrows() throws IOException {
        PrimitiveType utc = Types.optional(PrimitiveTypeName.INT64)
                .as(timestampType(true, org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS))
                .named("at");
        Path rsi = Fixtures.table("rsi")
                .key("ts", 1)
                .column(utc, 5L)
                .metadata(ARROW, text(new Schema(List.of(field("at", true, micros("Asia/Tokyo"))))))
                .writeTo(in);
        Path spine = spine().metadata("pandas", pandas("[]", LABELS)).writeTo(in);
        assertThat(json(merged(spine, rsi).get("pandas")).get("columns").get(2).get("metadata"))
                .isEqualTo(json("{\"timezone\": \"Asia/Tokyo\"}"));
    }

    @Test
    void labelsThatAreNotText_areNotClaimedOfAllColumns() throws IOException {
        Path spine = spine().metadata("pandas", pandas("[]", LABELS.replace("unicode", "int64")))
                .writeTo(in);
        assertThat(json(merged(spine, feature("rsi", "open").writeTo(in)).get("pandas"))
                        .get("column_indexes"))
                .isEmpty();
    }
}
