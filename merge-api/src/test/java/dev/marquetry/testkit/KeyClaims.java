/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.float16Type;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timeType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT96;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be a key, and which keys are equal. */
abstract class KeyClaims extends Claims {
    KeyClaims(MergeStrategyContract contract) {
        super(contract);
    }

    /**
     * Two types of a key column, with pairs of equal values.
     *
     * @param spineValues distinct values
     * @param equalValues for the first two of them the equal ones in the feature file's type; the rest have none
     * @param otherValues values of the feature file that equal none
     */
    record KeyPair(
            PrimitiveType spine,
            List<Object> spineValues,
            PrimitiveType feature,
            List<Object> equalValues,
            List<Object> otherValues,
            @Nullable Capability capability) {
        @Override
        public String toString() {
            return spine + " and " + feature;
        }
    }

    static List<TypeCase> keyTypes() {
        return TypeCase.all().stream()
                .filter(type -> type.physical() != FLOAT && type.physical() != DOUBLE)
                .filter(type -> type.capability() != Capability.FLOAT16 && type.capability() != Capability.UNKNOWN)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("keyTypes")
    final void keysOfEveryType_areMatched(TypeCase type) throws Throwable {
        Capability capability = keyCapability(type);
        if (capability != null) {
            needs(capability, () -> matchTurnedRound(type));
        } else {
            matchTurnedRound(type);
        }
    }

    private static @Nullable Capability keyCapability(TypeCase type) {
        if (type.logical() instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation) {
            return Capability.DECIMAL_KEYS;
        } else if (type.logical() instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation width
                && !width.isSigned()) {
            return Capability.UNSIGNED_KEYS;
        } else if (type.physical() == BOOLEAN) {
            return Capability.BOOLEAN_KEYS;
        } else if (type.physical() == INT96) {
            return Capability.INT96_KEYS;
        } else if (type.physical() == FIXED_LEN_BYTE_ARRAY || type.name().equals("BINARY")) {
            return Capability.BYTES_KEYS;
        }
        return type.capability();
    }

    private void matchTurnedRound(TypeCase type) throws IOException {
        int rows = type.values().size() + 1;
        @Nullable Object[] values = type.values().toArray(new Object[rows]);
        @Nullable Object[] turned = new Object[rows];
        @Nullable Double[] forward = new Double[rows];
        @Nullable Double[] backward = new Double[rows];
        for (int row = 0; row < rows; row++) {
            turned[row] = values[rows - 1 - row];
            forward[row] = values[row] == null ? null : (double) row;
            backward[row] = (double) (rows - 1 - row);
        }
        PrimitiveType key = type.type(PrimitiveType.Repetition.OPTIONAL, "ts");
        Table wide = merge(
                Fixtures.table("spine").column(key, values).writeTo(in),
                Fixtures.table("same")
                        .column(key, values)
                        .column("same", forward)
                        .writeTo(in),
                Fixtures.table("turned")
                        .column(key, turned)
                        .column("turned", backward)
                        .writeTo(in),
                Fixtures.table("last")
                        .column(key, values[rows - 2])
                        .column("last", 7.0)
                        .writeTo(in));

        assertThat(wide.exact("ts")).isEqualTo(Table.exact(values));
        assertThat(wide.values("same")).containsExactly((Object[]) forward);
        assertThat(wide.values("turned")).containsExactly((Object[]) forward);
        assertThat(wide.values("last").get(rows - 2)).isEqualTo(7.0);
        assertThat(wide.values("last")).filteredOn(value -> value != null).hasSize(1);
    }

    static List<KeyPair> comparableTypes() {
        PrimitiveType int32 = key(INT32, null);
        PrimitiveType int64 = key(INT64, null);
        PrimitiveType uint32 = key(INT32, intType(32, false));
        PrimitiveType uint64 = key(INT64, intType(64, false));
        PrimitiveType millis = key(INT64, timestampType(true, TimeUnit.MILLIS));
        PrimitiveType micros = key(INT64, timestampType(true, TimeUnit.MICROS));
        PrimitiveType nanos = key(INT64, timestampType(true, TimeUnit.NANOS));
        PrimitiveType int96 = key(INT96, null);
        Instant time = Instant.ofEpochMilli(1_795_262_400_123L);
        byte[] early = Fixtures.int96(Instant.ofEpochMilli(-1));
        byte[] late = Fixtures.int96(time);
        Object off = Fixtures.int96(time.plusNanos(1));
        return List.of(
                pair(int32, List.of(-1, 7), int64, List.of(-1L, 7L), List.of(0xffff_ffffL, (1L << 32) + 7), null),
                pair(int64, List.of(-1L, 7L), int32, List.of(-1, 7), List.of(8), null),
                pair(
                        key(INT32, intType(8)),
                        List.of(-5, 5),
                        key(INT64, intType(64)),
                        List.of(-5L, 5L),
                        List.of(251L),
                        null),
                pair(uint32, List.of(-1, 7), int64, List.of(0xffff_ffffL, 7L), List.of(-1L), Capability.UNSIGNED_KEYS),
                pair(int32, List.of(5, 7, -1), uint32, List.of(5, 7), List.of(-1), Capability.UNSIGNED_KEYS),
                pair(int64, List.of(5L, 7L, -1L), uint64, List.of(5L, 7L), List.of(-1L), Capability.UNSIGNED_KEYS),
                pair(millis, List.of(-1L, 5L), micros, List.of(-1_000L, 5_000L), List.of(5_001L, -1L, 5L), null),
                pair(micros, List.of(-1_000L, 5_000L), millis, List.of(-1L, 5L), List.of(-1_000L, 5_000L), null),
                pair(
                        millis,
                        List.of(-1L, 5L),
                        nanos,
                        List.of(-1_000_000L, 5_000_000L),
                        List.of(5_000_001L, -1L),
                        Capability.NANOSECONDS),
                pair(nanos, List.of(-1_000L, 5_000L), micros, List.of(-1L, 5L), List.of(6L), Capability.NANOSECONDS),
                pair(
                        int96,
                        List.of(early, late),
                        millis,
                        List.of(-1L, time.toEpochMilli()),
                        List.of(0L),
                        Capability.INT96_KEYS),
                pair(
                        millis,
                        List.of(-1L, time.toEpochMilli()),
                        int96,
                        List.of(early, late),
                        List.of(off),
                        Capability.INT96_KEYS),
                pair(
                        key(INT32, timeType(true, TimeUnit.MILLIS)),
                        List.of(0, 86_399_999),
                        key(INT64, timeType(true, TimeUnit.MICROS)),
                        List.of(0L, 86_399_999_000L),
                        List.of(86_399_999L),
                        Capability.TIMES));
    }

    private static KeyPair pair(
            PrimitiveType spine,
            List<Object> spineValues,
            PrimitiveType feature,
            List<Object> equalValues,
            List<Object> otherValues,
            @Nullable Capability capability) {
        return new KeyPair(spine, spineValues, feature, equalValues, otherValues, capability);
    }

    @ParameterizedTest
    @MethodSource("comparableTypes")
    final void widthsAndUnits_areComparedByValue(KeyPair pair) throws Throwable {
        if (pair.capability != null) {
            needs(pair.capability, () -> match(pair));
        } else {
            match(pair);
        }
    }

    private void match(KeyPair pair) throws IOException {
        List<Object> keys = new ArrayList<>(pair.otherValues);
        keys.add(pair.equalValues.get(1));
        keys.add(pair.equalValues.get(0));
        List<Double> values = new ArrayList<>(Collections.nCopies(pair.otherValues.size(), -9.0));
        values.add(1.0);
        values.add(0.0);
        List<@Nullable Object> expected = new ArrayList<>(List.of(0.0, 1.0));
        expected.addAll(Collections.nCopies(pair.spineValues.size() - 2, null));
        Table wide = merge(
                Fixtures.table("spine")
                        .column(pair.spine, pair.spineValues.toArray())
                        .writeTo(in),
                Fixtures.table("a")
                        .column(pair.feature, keys.toArray())
                        .column("a", values.toArray(Double[]::new))
                        .writeTo(in));

        assertThat(wide.values("a")).isEqualTo(expected);
        assertThat(wide.type("ts").getLogicalTypeAnnotation()).isEqualTo(pair.spine.getLogicalTypeAnnotation());
        assertThat(wide.type("ts").getPrimitiveTypeName()).isEqualTo(pair.spine.getPrimitiveTypeName());
    }

    @Test
    final void farTimesInCoarseUnits_doNotWrapAroundIntoOthers() throws Throwable {
        long wrapped = 448_384;
        long millis = 18_446_744_073_710L;
        assertThat(millis * 1_000_000).as("wraps around").isEqualTo(wrapped);
        needs(Capability.NANOSECONDS, () -> {
            Table wide = merge(
                    Fixtures.table("spine")
                            .column(key(INT64, timestampType(true, TimeUnit.MILLIS)), millis)
                            .writeTo(in),
                    Fixtures.table("a")
                            .column(key(INT64, timestampType(true, TimeUnit.NANOS)), wrapped)
                            .column("a", 1.0)
                            .writeTo(in));

            assertThat(wide.values("a")).hasSize(1).containsOnlyNulls();
        });
    }

    @Test
    final void compositeKeys_matchOnAllOfTheirColumns() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", 1, 1, 2, 2)
                .strings("symbol", "ab", "a", "ab", "a")
                .column("y", 1.0, 2.0, 3.0, 4.0)
                .writeTo(in);
        Path feature = Fixtures.table("a")
                .column("a", 0.4, 0.1, 9.0, 0.3)
                .strings("symbol", "a", "ab", "b", "ab")
                .key("ts", 2, 1, 1, 2)
                .writeTo(in);
        Table wide = merge(MergeRequest.onKey("ts", "symbol")
                .spine(spine)
                .features(feature)
                .writeTo(output));

        assertThat(wide.columns()).containsExactly("ts", "symbol", "y", "a");
        assertThat(wide.values("a")).containsExactly(0.1, null, 0.3, 0.4);
    }

    @Test
    final void compositeStringKeys_areNotRunTogether() throws IOException {
        Path spine = Fixtures.table("spine")
                .strings("ts", "ab", "a", "")
                .strings("symbol", "c", "bc", "abc")
                .writeTo(in);
        Path feature = Fixtures.table("a")
                .strings("ts", "a")
                .strings("symbol", "bc")
                .column("a", 1.0)
                .writeTo(in);
        Table wide = merge(MergeRequest.onKey("ts", "symbol")
                .spine(spine)
                .features(feature)
                .writeTo(output));

        assertThat(wide.values("a")).containsExactly(null, 1.0, null);
    }

    @Test
    final void duplicateCompositeKey_isRefusedNamingAllParts() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1).strings("symbol", "x").writeTo(in);
        Path feature = Fixtures.table("a")
                .key("ts", 4242, 5, 4242, 4242)
                .strings("symbol", "eurusd", "eurusd", "gbpusd", "eurusd")
                .column("a", 1.0, 2.0, 3.0, 4.0)
                .writeTo(in);

        assertRefused(MergeRequest.onKey("ts", "symbol")
                        .spine(spine)
                        .features(feature)
                        .writeTo(output))
                .contains("a.parquet", "eurusd")
                .matches(alone(4242))
                .matches(alone(0))
                .matches(alone(3));
    }

    @Test
    final void duplicateStringKey_isRefusedNamingIt() throws IOException {
        Path spine = Fixtures.table("spine").strings("ts", "x").writeTo(in);
        Path feature = Fixtures.table("a")
                .strings("ts", "y", "dopplar", "z", "dopplar")
                .column("a", new Double[4])
                .writeTo(in);

        assertRefused(spine, feature)
                .contains("a.parquet", "dopplar")
                .matches(alone(1))
                .matches(alone(3));
    }

    @Test
    final void keysEqualAcrossUnits_areStillDuplicates() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1).writeTo(in);
        Path feature = Fixtures.table("a")
                .column(key(INT32, intType(16)), 77, 1, 77)
                .column("a", new Double[3])
                .writeTo(in);

        assertRefused(spine, feature)
                .contains("a.parquet")
                .matches(alone(77))
                .matches(alone(0))
                .matches(alone(2));
    }

    @Test
    final void missingKeyColumn_isRefusedInAllFilesAtOnce() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1).writeTo(in);
        Path fine = Fixtures.table("fine").key("ts", 1).column("x", 1.0).writeTo(in);
        Path one = Fixtures.table("one").key("time", 1).column("a", 1.0).writeTo(in);
        Path two = Fixtures.table("two").key("TS", 1).column("b", 1.0).writeTo(in);

        assertRefused(spine, one, fine, two)
                .contains("one.parquet", "two.parquet", "ts")
                .doesNotContain("fine.parquet");
    }

    @Test
    final void missingKeyColumnInTheSpine_isRefused() throws IOException {
        Path spine = Fixtures.table("targets").key("time", 1).writeTo(in);

        assertRefused(spine, Fixtures.table("a").key("ts", 1).column("a", 1.0).writeTo(in))
                .contains("targets.parquet", "ts");
    }

    static List<PrimitiveType> otherKinds() {
        return List.of(
                key(PrimitiveTypeName.BINARY, stringType()),
                key(INT32, dateType()),
                key(INT64, timestampType(true, TimeUnit.MILLIS)),
                key(INT64, timeType(true, TimeUnit.MICROS)),
                key(INT64, decimalType(2, 18)),
                key(BOOLEAN, null));
    }

    @ParameterizedTest
    @MethodSource("otherKinds")
    final void keyOfAnotherType_isRefused(PrimitiveType other) throws IOException {
        Object value = switch (other.getPrimitiveTypeName()) {
            case BINARY -> "1";
            case INT32 -> 1;
            case BOOLEAN -> true;
            default -> 1L;
        };
        Path spine = Fixtures.table("spine").key("ts", 1).writeTo(in);
        Path feature =
                Fixtures.table("odd").column(other, value).column("a", 1.0).writeTo(in);

        assertRefused(spine, feature).contains("odd.parquet", "ts");
    }

    static List<PrimitiveType> floatingPoint() {
        return List.of(
                key(FLOAT, null),
                key(DOUBLE, null),
                Types.optional(FIXED_LEN_BYTE_ARRAY).length(2).as(float16Type()).named("ts"));
    }

    @ParameterizedTest
    @MethodSource("floatingPoint")
    final void floatingPointKey_isRefused(PrimitiveType floating) throws IOException {
        Object value = switch (floating.getPrimitiveTypeName()) {
            case FLOAT -> 1.0f;
            case DOUBLE -> 1.0;
            default -> new byte[2];
        };
        Path spine = Fixtures.table("spine").column(floating, value).writeTo(in);
        Path feature =
                Fixtures.table("a").column(floating, value).column("a", 1.0).writeTo(in);

        assertRefused(spine, feature).contains("spine.parquet", "ts");
    }

    private static PrimitiveType key(PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation logical) {
        return Types.optional(physical).as(logical).named("ts");
    }
}
