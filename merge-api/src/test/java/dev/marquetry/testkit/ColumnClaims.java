/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.NameClash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which columns come out, under which names and types, and what the footer says of them. */
abstract class ColumnClaims extends Claims {
    ColumnClaims(MergeStrategyContract contract) {
        super(contract);
    }

    static List<TypeCase> types() {
        return TypeCase.all();
    }

    @ParameterizedTest
    @MethodSource("types")
    final void everyType_keepsItsTypeAndItsExtremes(TypeCase type) throws Throwable {
        if (type.capability() != null) {
            needs(type.capability(), () -> mergeEveryWay(type));
        } else {
            mergeEveryWay(type);
        }
    }

    /** Brings one column into the output from the spine and from files that match it in all ways. */
    private void mergeEveryWay(TypeCase type) throws IOException {
        int rows = type.values().size() + 1;
        @Nullable Object[] values = type.values().toArray(new Object[rows]);
        @Nullable Object[] turned = values.clone();
        Collections.reverse(Arrays.asList(turned));
        Long[] keys = new Long[rows];
        Long[] turnedKeys = new Long[rows];
        for (int row = 0; row < rows; row++) {
            keys[row] = 100L + row;
            turnedKeys[row] = 100L + rows - 1 - row;
        }
        Long[] laterKeys = Arrays.copyOfRange(keys, 1, rows);
        @Nullable Object[] laterValues = Arrays.copyOfRange(values, 1, rows);
        Object[] present = type.values().toArray();
        Table wide = merge(
                Fixtures.table("spine")
                        .key("ts", keys)
                        .column(type.type(Repetition.OPTIONAL, "own"), values)
                        .writeTo(in),
                Fixtures.table("same")
                        .key("ts", keys)
                        .column(type.type(Repetition.OPTIONAL, "same"), values)
                        .writeTo(in),
                Fixtures.table("turned")
                        .pageVersion2()
                        .key("ts", turnedKeys)
                        .column(type.type(Repetition.OPTIONAL, "turned"), turned)
                        .writeTo(in),
                Fixtures.table("later")
                        .noDictionary()
                        .key("ts", laterKeys)
                        .column(type.type(Repetition.OPTIONAL, "later"), laterValues)
                        .writeTo(in),
                Fixtures.table("full")
                        .pageVersion2()
                        .noDictionary()
                        .key("ts", Arrays.copyOf(keys, rows - 1))
                        .column(type.type(Repetition.REQUIRED, "full"), present)
                        .writeTo(in));

        assertThat(wide.exact("own")).as("in the spine").isEqualTo(Table.exact(values));
        assertThat(wide.exact("same")).as("with identical keys").isEqualTo(Table.exact(values));
        assertThat(wide.exact("turned")).as("with keys in reverse").isEqualTo(Table.exact(values));
        laterValues = values.clone();
        laterValues[0] = null;
        assertThat(wide.exact("later")).as("with the first key missing").isEqualTo(Table.exact(laterValues));
        assertThat(wide.exact("full")).as("from a REQUIRED column").isEqualTo(Table.exact(values));
        for (String column : wide.columns().subList(1, 6)) {
            assertThat(wide.field(column))
                    .usingComparator(ColumnClaims::compareTypes)
                    .isEqualTo(type.type(Repetition.OPTIONAL, column));
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    final void everyTypeInARequiredSpineColumn_staysRequired(TypeCase type) throws Throwable {
        if (type.capability() != null) {
            needs(type.capability(), () -> keepRequired(type));
        } else {
            keepRequired(type);
        }
    }

    private void keepRequired(TypeCase type) throws IOException {
        Long[] keys = new Long[type.values().size()];
        Arrays.setAll(keys, row -> (long) -row);
        PrimitiveType required = type.type(Repetition.REQUIRED, "own");
        Table wide = merge(
                Fixtures.table("spine")
                        .key("ts", keys)
                        .column(required, type.values().toArray())
                        .writeTo(in),
                Fixtures.table("a").key("ts", -1).column("a", 1.0).writeTo(in));

        assertThat(wide.exact("own")).isEqualTo(Table.exact(type.values().toArray()));
        assertThat(wide.field("own"))
                .usingComparator(ColumnClaims::compareTypes)
                .isEqualTo(required);
    }

    /** Compares all that a reader of the file sees of a type; the order of its statistics is checked with them. */
    private static int compareTypes(Type one, Type other) {
        PrimitiveType a = one.asPrimitiveType();
        PrimitiveType b = other.asPrimitiveType();
        boolean same = a.getName().equals(b.getName())
                && a.getRepetition() == b.getRepetition()
                && a.getPrimitiveTypeName() == b.getPrimitiveTypeName()
                && a.getTypeLength() == b.getTypeLength()
                && Objects.equals(a.getLogicalTypeAnnotation(), b.getLogicalTypeAnnotation());
        return same ? 0 : 1;
    }

    @Test
    final void spineColumns_keepTheirRepetitionAndFeaturesAreOptional() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", 1, 2)
                .required()
                .column("y", 1.0, 2.0)
                .writeTo(in);
        Path feature = Fixtures.table("a")
                .key("ts", 1, 2)
                .required()
                .column("a", 0.1, 0.2)
                .required()
                .column("b", 1.1, 1.2)
                .writeTo(in);
        Table wide = merge(spine, feature);

        assertThat(wide.field("ts"))
                .usingComparator(ColumnClaims::compareTypes)
                .isEqualTo(Types.required(INT64).named("ts"));
        assertThat(wide.field("y"))
                .usingComparator(ColumnClaims::compareTypes)
                .isEqualTo(Types.optional(DOUBLE).named("y"));
        assertThat(wide.field("a"))
                .usingComparator(ColumnClaims::compareTypes)
                .isEqualTo(Types.optional(DOUBLE).named("a"));
        assertThat(wide.field("b"))
                .usingComparator(ColumnClaims::compareTypes)
                .isEqualTo(Types.optional(DOUBLE).named("b"));
        assertThat(wide.values("a")).containsExactly(0.1, 0.2);
    }

    @Test
    final void columns_comeInRequestOrderAndThenFileOrder() throws IOException {
        Path spine = Fixtures.table("spine")
                .column("y", 1.0)
                .key("ts", 1)
                .column("b", 2.0)
                .writeTo(in);
        Path first = Fixtures.table("zz")
                .column("z", 3.0)
                .column("a", 4.0)
                .key("ts", 1)
                .column("m", 5.0)
                .writeTo(in);
        Path second = Fixtures.table("aa")
                .key("ts", 1)
                .column("k", 6.0)
                .column("c", 7.0)
                .writeTo(in);
        Table wide = merge(spine, first, second);

        assertThat(wide.columns()).containsExactly("y", "ts", "b", "z", "a", "m", "k", "c");
        assertThat(wide.schema().getFields())
                .extracting(field -> field.getName())
                .isEqualTo(wide.columns());
        assertThat(List.of(wide.values("z"), wide.values("m"), wide.values("c")))
                .containsExactly(List.of(3.0), List.of(5.0), List.of(7.0));
    }

    @Test
    final void filesOfAFolder_comeByName() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1).writeTo(folder);
        for (String name : List.of("b", "a10", "C", "a9")) {
            Fixtures.table(name).key("ts", 1).column("from_" + name, 1.0).writeTo(in);
        }
        Files.writeString(in.resolve("notes.txt"), "no Parquet file");
        Table wide = merge(
                MergeRequest.onKey("ts").spine(spine).features(in, "*.parquet").writeTo(output));

        assertThat(wide.columns()).containsExactly("ts", "from_C", "from_a10", "from_a9", "from_b");
    }

    @Test
    final void clashingNames_areRefusedAllAtOnceInAllFiles() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1).column("price", 1.0).writeTo(in);
        Path one = Fixtures.table("one")
                .key("ts", 1)
                .column("price", 1.0)
                .column("volume", 1.0)
                .column("alone", 1.0)
                .writeTo(in);
        Path two = Fixtures.table("two")
                .key("ts", 1)
                .column("volume", 1.0)
                .column("depth", 1.0)
                .writeTo(in);
        Path three = Fixtures.table("three")
                .key("ts", 1)
                .column("depth", 1.0)
                .column("volume", 1.0)
                .writeTo(in);

        assertRefused(spine, one, two, three)
                .contains("price", "volume", "depth")
                .contains("spine.parquet", "one.parquet", "two.parquet", "three.parquet")
                .doesNotMatch(alone("alone"));
    }

    @Test
    final void clashingNames_arePrefixedByTheFilesWhereAsked() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1).column("close", 1.0).writeTo(in);
        Path rsi = Fixtures.table("rsi")
                .key("ts", 1)
                .column("close", 2.0)
                .column("upper", 3.0)
                .column("rsi", 4.0)
                .writeTo(in);
        Path bands = Fixtures.table("bands")
                .key("ts", 1)
                .column("upper", 5.0)
                .column("close", 6.0)
                .writeTo(in);
        Table wide = merge(onTs(spine, rsi, bands).onNameClash(NameClash.PREFIX).writeTo(output));

        assertThat(wide.columns())
                .containsExactly("ts", "close", "rsi__close", "rsi__upper", "rsi", "bands__upper", "bands__close");
        assertThat(wide.values("close")).containsExactly(1.0);
        assertThat(wide.values("rsi__close")).containsExactly(2.0);
        assertThat(wide.values("bands__upper")).containsExactly(5.0);
        assertThat(wide.values("bands__close")).containsExactly(6.0);
    }

    @Test
    final void clashesThatPrefixingMakes_areRefused() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", 1)
                .column("rsi__close", 1.0)
                .column("close", 1.0)
                .writeTo(in);
        Path rsi = Fixtures.table("rsi").key("ts", 1).column("close", 2.0).writeTo(in);

        assertRefused(onTs(spine, rsi).onNameClash(NameClash.PREFIX).writeTo(output))
                .contains("rsi__close", "spine.parquet", "rsi.parquet");
    }

    @Test
    final void unusualNames_areKept() throws Throwable {
        List<String> names =
                List.of("a b", "ä€𝄞", "1st", "select", "quote\"d", "back`tick", "a'b", "back\\slash", "per%cent");
        needs(Capability.UNUSUAL_NAMES, () -> {
            Fixture feature = Fixtures.table("a").key("ts", 2, 1);
            names.forEach(name -> feature.column(name, 0.2, 0.1));
            Table wide = merge(Fixtures.table("spine").key("ts", 1, 2).writeTo(in), feature.writeTo(in));

            assertThat(wide.columns())
                    .isEqualTo(Stream.concat(Stream.of("ts"), names.stream()).toList());
            names.forEach(name -> assertThat(wide.values(name)).as(name).containsExactly(0.1, 0.2));
        });
    }

    @Test
    final void dottedNames_areKept() throws Throwable {
        needs(Capability.UNUSUAL_NAMES, () -> {
            Table wide = merge(
                    Fixtures.table("spine").key("ts", 1, 2).writeTo(in),
                    Fixtures.table("a")
                            .key("ts", 2, 1)
                            .column("ema.12", 0.2, 0.1)
                            .writeTo(in));

            assertThat(wide.schema().getFields())
                    .extracting(field -> field.getName())
                    .containsExactly("ts", "ema.12");
            assertThat(wide.values("ema.12")).containsExactly(0.1, 0.2);
        });
    }

    @Test
    final void namesThatDifferInCaseOnly_areTwoColumns() throws Throwable {
        needs(Capability.CASE_ONLY_NAMES, () -> {
            Table wide = merge(
                    Fixtures.table("spine").key("ts", 1).writeTo(in),
                    Fixtures.table("a").key("ts", 1).column("Close", 1.0).writeTo(in),
                    Fixtures.table("b").key("ts", 1).column("close", 2.0).writeTo(in));

            assertThat(wide.columns()).containsExactly("ts", "Close", "close");
            assertThat(wide.values("Close")).containsExactly(1.0);
            assertThat(wide.values("close")).containsExactly(2.0);
        });
    }

    @Test
    final void nestedColumn_isKeptOrRefusedByNameAndNeverDropped() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1, 2).writeTo(in);
        Path feature = Fixtures.table("deep")
                .key("ts", 2, 1)
                .nested("point", 0.2, null)
                .column("a", 0.2, 0.1)
                .writeTo(in);
        Table wide;
        try {
            wide = merge(spine, feature);
        } catch (MergeException e) {
            assertThat(e.getMessage()).contains("deep.parquet", "point");
            assertThat(output).doesNotExist();
            return;
        }
        assertThat(wide.columns()).containsExactly("ts", "point.value", "a");
        assertThat(wide.values("point.value")).containsExactly(null, 0.2);
        assertThat(wide.values("a")).containsExactly(0.1, 0.2);
    }

    @Test
    final void footer_saysWhichVersionAndRequestMadeIt() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1).writeTo(in);
        MergeRequest request = onTs(
                        spine, Fixtures.table("a").key("ts", 1).column("a", 1.0).writeTo(in))
                .writeTo(output);
        Table wide = merge(request);

        assertThat(wide.metadata().get("marquetry.version")).isNotBlank();
        assertThat(wide.metadata()).containsEntry("marquetry.fingerprint", request.fingerprint(request.featureFiles()));
    }

    @Test
    final void footer_saysWhereEachColumnIsFrom() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1).column("close", 1.0).writeTo(in);
        Path rsi = Fixtures.table("rsi")
                .key("ts", 1)
                .column("close", 2.0)
                .column("r", 3.0)
                .writeTo(in);
        Table wide = merge(onTs(spine, rsi).onNameClash(NameClash.PREFIX).writeTo(output));

        assertThat(wide.metadata())
                .containsEntry(
                        "marquetry.columns",
                        "[{\"column\":\"ts\",\"file\":\"spine.parquet\",\"source\":\"ts\"},"
                                + "{\"column\":\"close\",\"file\":\"spine.parquet\",\"source\":\"close\"},"
                                + "{\"column\":\"rsi__close\",\"file\":\"rsi.parquet\",\"source\":\"close\"},"
                                + "{\"column\":\"r\",\"file\":\"rsi.parquet\",\"source\":\"r\"}]");
    }

    @Test
    final void footer_carriesNoInputsIdeaOfItsSchema() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", 1)
                .metadata("ARROW:schema", "stale-spine")
                .metadata("pandas", "stale-spine")
                .writeTo(in);
        Path feature = Fixtures.table("a")
                .key("ts", 1)
                .column("a", 1.0)
                .metadata("ARROW:schema", "stale-a")
                .metadata("pandas", "stale-a")
                .writeTo(in);
        Table wide = merge(spine, feature);

        assertThat(wide.metadata().values()).noneMatch(value -> value.contains("stale"));
        assertThat(wide.values("a")).containsExactly(1.0);
    }
}
