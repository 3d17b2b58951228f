/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.MergeResult;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.ValidationReport;
import dev.marquetry.ValidationReport.Depth;
import dev.marquetry.ValidationReport.Finding;
import dev.marquetry.ValidationReport.Kind;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Table;
import dev.marquetry.testkit.Tables;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which an output can be wrong is found and named, within the limits, and nothing is left behind. */
class OutputValidatorTest {
    private static final ResourceLimits LIMITS =
            ResourceLimits.builder().maxMemory(MemorySize.mib(64)).threads(2).build();

    @TempDir
    Path root;

    private Path in;
    private Path out;

    @BeforeEach
    void makeFolders() throws IOException {
        in = Files.createDirectory(root.resolve("in"));
        out = Files.createDirectory(root.resolve("out"));
        spine().writeTo(in);
        Fixtures.table("rsi")
                .key("ts", 4, 2, 1)
                .column("rsi_a", 40.0, 20.0, 10.0)
                .ints("rsi_b", 4, 2, 1)
                .writeTo(in);
    }

    private static Fixture spine() {
        return Fixtures.table("spine").key("ts", 1, 2, 3, 4).column("target", 0.1, 0.2, 0.3, null);
    }

    private MergeRequest request() {
        return MergeRequest.onKey("ts")
                .spine(in.resolve("spine.parquet"))
                .features(in.resolve("rsi.parquet"))
                .writeTo(out.resolve("wide.parquet"));
    }

    /** Returns an output just as it should be but for its maker. */
    private static Fixture truth() {
        return Fixtures.table("wide")
                .key("ts", 1, 2, 3, 4)
                .column("target", 0.1, 0.2, 0.3, null)
                .column("rsi_a", 10.0, 20.0, null, 40.0)
                .ints("rsi_b", 1, 2, null, 4);
    }

    private ValidationReport validate(Depth depth) {
        ValidationReport report = OutputValidator.within(LIMITS).validate(request(), depth);
        assertThat(report.peakMemoryBytes()).isBetween(0L, LIMITS.maxMemory().bytes());
        assertOnlyTheOutput();
        return report;
    }

    private void assertOnlyTheOutput() {
        try (Stream<Path> left = Files.list(out)) {
            assertThat(left).containsExactly(out.resolve("wide.parquet"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> findings() {
        ValidationReport report = validate(Depth.FULL);
        assertThat(report.valid()).isEqualTo(report.findings().isEmpty());
        assertThat(report.problems()).isEqualTo(report.findings().size());
        return report.findings().stream().map(Finding::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SAMPLED", "FULL"})
    void mergedOutput_isValid(Depth depth) {
        MergeResult result = LocalArrowStrategy.within(LIMITS).merge(request());
        ValidationReport report = validate(depth);
        assertThat(report.valid()).as("%s", report).isTrue();
        assertThat(report.findings()).isEmpty();
        assertThat(report.notes()).isEmpty();
        assertThat(report.depth()).isEqualTo(depth);
        assertThat(report.output()).isEqualTo(result.output());
        assertThat(report.rows()).isEqualTo(4);
        assertThat(report.columns()).isEqualTo(4);
        assertThat(report.columnsCompared()).isEqualTo(4);
        assertThat(report).hasToString("wide.parquet is valid: 4 rows x 4 columns, 16 values of 4 columns compared");
    }

    @Test
    void outputOfAnotherWriter_isValid_ifItsValuesAre() {
        truth().rowGroupRows(3).pageVersion2().noDictionary().writeTo(out);
        ValidationReport report = validate(Depth.FULL);
        assertThat(report.findings()).isEmpty();
        assertThat(report.valuesCompared()).isEqualTo(16);
        assertThat(report.notes()).containsExactly("The output does not say what request it was made for");
    }

    @Test
    void changedValue_isNamedWithFileColumnRowKeyAndBothValues() {
        Fixtures.table("wide")
                .key("ts", 1, 2, 3, 4)
                .column("target", 0.1, 0.2, 0.3, null)
                .column("rsi_a", 10.0, 20.5, null, 40.0)
                .ints("rsi_b", 1, 2, null, 4)
                .writeTo(out);
        assertThat(validate(Depth.FULL).findings())
                .containsExactly(
                        new Finding(Kind.VALUE, "rsi.parquet", "rsi_a", OptionalLong.of(1), "ts=2", "20.0", "20.5"));
        assertThat(findings()).containsExactly("[rsi.parquet] column 'rsi_a' row 1 (ts=2) should be 20.0 but is 20.5");
    }

    @Test
    void valueInAnAbsentRow_nullForAValue_andZerosSign_areFound() {
        Fixtures.table("rsi")
                .key("ts", 4, 2, 1)
                .column("rsi_a", 40.0, -0.0, Double.NaN)
                .ints("rsi_b", 4, 2, 1)
                .writeTo(in);
        Fixtures.table("wide")
                .key("ts", 1, 2, 3, 4)
                .column("target", 0.1, 0.2, 0.3, null)
                .column("rsi_a", Double.NaN, 0.0, 30.0, null)
                .ints("rsi_b", 1, 2, null, 4)
                .writeTo(out);
        assertThat(findings())
                .containsExactly(
                        "[rsi.parquet] column 'rsi_a' row 1 (ts=2) should be -0.0 but is 0.0",
                        "[rsi.parquet] column 'rsi_a' row 2 (ts=3) should be null but is 30.0",
                        "[rsi.parquet] column 'rsi_a' row 3 (ts=4) should be 40.0 but is null");
    }

    @Test
    void swappedValuesOfTwoColumns_areFound() {
        Fixtures.table("wide")
                .key("ts", 1, 2, 3, 4)
                .column("target", 10.0, 20.0, null, 40.0)
                .column("rsi_a", 0.1, 0.2, 0.3, null)
                .ints("rsi_b", 1, 2, null, 4)
                .writeTo(out);
        assertThat(validate(Depth.FULL).findings())
                .extracting(Finding::column)
                .containsExactly("target", "target", "target", "target", "rsi_a", "rsi_a", "rsi_a", "rsi_a");
        assertThat(validate(Depth.SAMPLED).valid()).isFalse();
    }

    @Test
    void columnsInAnotherOrder_missingOnes_andStrangeOnes_areNamed() {
        Fixtures.table("wide")
                .key("ts", 1, 2, 3, 4)
                .column("rsi_a", 10.0, 20.0, null, 40.0)
                .column("target", 0.1, 0.2, 0.3, null)
                .ints("more", 1, 2, 3, 4)
                .writeTo(out);
        assertThat(findings())
                .containsExactly(
                        "[spine.parquet] column 'target' should be column 1 but is column 2",
                        "[rsi.parquet] column 'rsi_a' should be column 2 but is column 1",
                        "[rsi.parquet] column 'rsi_b' should be column 3 but is missing",
                        "[wide.parquet] column 'more' should be none of the inputs' but is column 3");
    }

    @Test
    void otherTypes_andColumnsThatMayNotBeNull_areNamed() {
        Fixtures.table("wide")
                .key("ts", 1, 2, 3, 4)
                .required()
                .column("target", 0.1, 0.2, 0.3, null)
                .column("rsi_a", 10.0, 20.0, null, 40.0)
                .longs("rsi_b", 1L, 2L, null, 4L)
                .writeTo(out);
        assertThat(findings())
                .containsExactly(
                        "[spine.parquet] column 'ts' should be OPTIONAL INT64 but is REQUIRED INT64",
                        "[rsi.parquet] column 'rsi_b' should be OPTIONAL INT32 but is OPTIONAL INT64");
    }

    @Test
    void otherLogicalType_isNamed() {
        Fixtures.table("wide")
                .key("ts", 1, 2, 3, 4)
                .column("target", 0.1, 0.2, 0.3, null)
                .column("rsi_a", 10.0, 20.0, null, 40.0)
                .column(
                        Types.optional(PrimitiveTypeName.INT32)
                                .as(LogicalTypeAnnotation.dateType())
                                .named("rsi_b"),
                        1,
                        2,
                        null,
                        4)
                .writeTo(out);
        assertThat(findings()).singleElement().asString().contains("'rsi_b' should be OPTIONAL INT32 but is", "DATE");
    }

    @Test
    void shiftedRows_areFoundByKeysAndValues() {
        Fixtures.table("wide")
                .key("ts", 4, 1, 2, 3)
                .column("target", null, 0.1, 0.2, 0.3)
                .column("rsi_a", 40.0, 10.0, 20.0, null)
                .ints("rsi_b", 4, 1, 2, null)
                .writeTo(out);
        assertThat(findings())
                .startsWith(
                        "[wide.parquet] should be the spine's keys, row by row but is not, keys differ from row 0 on",
                        "[spine.parquet] column 'ts' row 0 (ts=1) should be 1 but is 4");
    }

    @Test
    void multipliedRows_areCountedByKey() {
        Fixtures.table("wide")
                .key("ts", 1, 2, 2, 2, 4, 4, 5)
                .column("target", 0.1, 0.2, 0.2, 0.2, 0.4, 0.4, 0.5)
                .column("rsi_a", 10.0, 20.0, 20.0, 20.0, 40.0, 40.0, 5.0)
                .ints("rsi_b", 1, 2, 2, 2, 4, 4, 5)
                .writeTo(out);
        assertThat(findings())
                .containsExactly(
                        "[wide.parquet] should be 4 rows but is 7 rows, 2 keys occur more often than in the spine,"
                                + " which multiplies rows, 1 keys occur less often than in the spine, 1 rows have a key"
                                + " that the spine lacks, keys differ from row 2 on",
                        "[wide.parquet] key ts=2 should be 1 times there but is 3 times there",
                        "[wide.parquet] key ts=3 should be 1 times there but is 0 times there",
                        "[wide.parquet] key ts=4 should be 1 times there but is 2 times there",
                        "[wide.parquet] key ts=5 should be 0 times there but is 1 times there");
        assertThat(validate(Depth.FULL).notes()).contains("No values were compared, for the rows are not the spine's");
        assertThat(validate(Depth.SAMPLED).valid()).isFalse();
    }

    @Test
    void manyMultipliedRows_areAllCounted_andSomeTold() {
        long[] keys = LongStream.range(0, 77_748).map(row -> row % 1_000).toArray();
        Fixtures.table("spine")
                .key("ts", LongStream.range(0, 1_000))
                .column("target", new Random(1).doubles(1_000))
                .writeTo(in);
        Fixtures.table("wide").key("ts", LongStream.of(keys)).writeTo(out);
        ValidationReport report = validate(Depth.SAMPLED);
        assertThat(report.findings().get(0).found())
                .startsWith("77,748 rows, 1,000 keys occur more often than in the spine, which multiplies rows");
        assertThat(report.findings())
                .filteredOn(finding -> finding.kind() == Kind.KEY)
                .hasSize(20);
        assertThat(report.findings().get(1))
                .hasToString("[wide.parquet] key ts=0 should be 1 times there but is 78 times there");
        assertThat(report.problems()).isEqualTo(1 + 1_000 + 3);
    }

    @Test
    void duplicatesThatTheRequestAllows_areValid_asOftenAsTheSpineHasThem() {
        Fixtures.table("spine")
                .key("ts", 1, 2, 2)
                .column("target", 0.1, 0.2, 0.3)
                .writeTo(in);
        MergeRequest allowed = MergeRequest.onKey("ts")
                .spine(in.resolve("spine.parquet"))
                .features(in.resolve("rsi.parquet"))
                .onDuplicateSpineKey(SpineDuplicates.ALLOW)
                .writeTo(out.resolve("wide.parquet"));
        LocalArrowStrategy.within(LIMITS).merge(allowed);
        assertThat(OutputValidator.within(LIMITS).validate(allowed, Depth.FULL).findings())
                .isEmpty();
        assertThatThrownBy(() -> validate(Depth.FULL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("duplicate key ts=2 of the spine");
    }

    @Test
    void inputsThatChangedSince_areNoProblem_asLongAsTheirValuesAreTheSame() {
        LocalArrowStrategy.within(LIMITS).merge(request());
        spine().rowGroupRows(2).noDictionary().writeTo(in);
        assertThat(validate(Depth.FULL).valid()).isTrue();
        Fixtures.table("rsi")
                .key("ts", 4, 2, 1)
                .column("rsi_a", 40.0, 20.0, 10.0)
                .ints("rsi_b", 4, 7, 1)
                .writeTo(in);
        assertThat(findings()).containsExactly("[rsi.parquet] column 'rsi_b' row 1 (ts=2) should be 7 but is 2");
    }

    @Test
    void outputOfARequestWithOtherFiles_saysSo() throws IOException {
        LocalArrowStrategy.within(LIMITS).merge(request());
        Path renamed = Files.move(in.resolve("rsi.parquet"), in.resolve("rsi2.parquet"));
        MergeRequest other = MergeRequest.onKey("ts")
                .spine(in.resolve("spine.parquet"))
                .features(renamed)
                .writeTo(out.resolve("wide.parquet"));
        ValidationReport report = OutputValidator.within(LIMITS).validate(other, Depth.FULL);
        assertThat(report.valid()).isTrue();
        assertThat(report.notes())
                .containsExactly("The output was made for another request: other keys, rules or file names");
    }

    @Test
    void truncatedOutput_isAFinding() throws IOException {
        LocalArrowStrategy.within(LIMITS).merge(request());
        try (RandomAccessFile file =
                new RandomAccessFile(out.resolve("wide.parquet").toFile(), "rw")) {
            file.setLength(file.length() - 9);
        }
        assertThat(findings())
                .singleElement()
                .asString()
                .startsWith("[wide.parquet] should be a readable Parquet file but is not:");
    }

    @Test
    void everyCorruptByte_isAFinding_orReadsAsNoOtherValue() throws IOException {
        LocalArrowStrategy.within(LIMITS).merge(request());
        Path output = out.resolve("wide.parquet");
        byte[] whole = Files.readAllBytes(output);
        Map<String, Object> truth = values(output).orElseThrow();
        int found = 0;
        for (int at = 4; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            Files.write(output, damaged);
            ValidationReport report = validate(Depth.FULL);
            if (report.valid()) {
                values(output)
                        .ifPresent(read -> assertThat(read).as("%s", report).isEqualTo(truth));
            } else {
                found++;
            }
        }
        assertThat(found).isGreaterThan(whole.length / 4);
    }

    /** Returns what another reader takes from the file, or empty if it refuses what holds no value, such as bounds. */
    private static Optional<Map<String, Object>> values(Path output) {
        Table table;
        try {
            table = Tables.read(output);
        } catch (RuntimeException e) {
            return Optional.empty();
        }
        Map<String, Object> values = new LinkedHashMap<>();
        table.columns().forEach(column -> values.put(column, table.exact(column)));
        return Optional.of(values);
    }

    @Test
    void outputThatIsNotThere_andInputsThatCanNotBeMerged_areInvalidInputs() throws IOException {
        assertThatThrownBy(() -> OutputValidator.within(LIMITS).validate(request(), Depth.FULL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Cannot find the output to validate");
        truth().writeTo(out);
        Files.write(in.resolve("rsi.parquet"), new byte[100]);
        assertThatThrownBy(() -> validate(Depth.FULL))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[rsi.parquet]");
        assertOnlyTheOutput();
    }

    @Test
    void interruptAndMaxElapsed_stopIt() {
        truth().writeTo(out);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> OutputValidator.within(LIMITS).validate(request(), Depth.FULL))
                .isInstanceOf(MergeCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        ResourceLimits noTime =
                ResourceLimits.builder().maxElapsed(Duration.ofNanos(1)).build();
        assertThatThrownBy(() -> OutputValidator.within(noTime).validate(request(), Depth.FULL))
                .isInstanceOfSatisfying(
                        LimitBreachException.class,
                        e -> assertThat(e.breach().resource()).isEqualTo(Resource.ELAPSED));
        assertOnlyTheOutput();
    }

    @Test
    void check_passesWhatIsValid_andFailsWithTheFirstFinding() {
        MergeResult result = LocalArrowStrategy.within(LIMITS).merge(request());
        OutputValidator validator = OutputValidator.within(LIMITS);
        validator.check(request(), result);
        Fixtures.table("rsi")
                .key("ts", 4, 2, 1)
                .column("rsi_a", 40.0, 20.0, 11.0)
                .ints("rsi_b", 4, 2, 1)
                .writeTo(in);
        assertThatThrownBy(() -> validator.check(request(), result))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("Output of local-arrow failed validation")
                .hasMessageContaining("[rsi.parquet] column 'rsi_a' row 0 (ts=1) should be 11.0 but is 10.0");
    }

    /** As wide as it gets, in short columns. */
    @Test
    void seventeenThousandColumns_areComparedWithinTheBudget() {
        int rows = 40;
        Fixtures.table("spine").key("ts", LongStream.range(0, rows)).writeTo(in);
        List<Path> features = new ArrayList<>();
        Random random = new Random(17);
        for (int f = 0; f < 34; f++) {
            Fixture feature = Fixtures.table("f" + f).key("ts", LongStream.range(0, rows));
            for (int c = 0; c < 500; c++) {
                feature.column("f" + f + "_" + c, random.doubles(rows));
            }
            features.add(feature.writeTo(in));
        }
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(in.resolve("spine.parquet"))
                .features(features)
                .writeTo(out.resolve("wide.parquet"));
        LocalArrowStrategy.within(LIMITS).merge(request);
        ValidationReport full = OutputValidator.within(LIMITS).validate(request, Depth.FULL);
        assertThat(full.findings()).isEmpty();
        assertThat(full.columnsCompared()).isEqualTo(17_001);
        assertThat(full.valuesCompared()).isEqualTo(17_001L * rows);
        assertThat(full.peakMemoryBytes()).isBetween(1L, MemorySize.mib(64).bytes());
        ValidationReport sampled = OutputValidator.within(LIMITS).validate(request, Depth.SAMPLED);
        assertThat(sampled.valid()).isTrue();
        assertThat(sampled.columnsCompared()).isBetween(35, 1_100);
    }

    /** Each column takes more memory than there is. */
    @Test
    void columnsThatDoNotFitTheMemory_areComparedStretchByStretch() {
        int rows = 200_000;
        Random random = new Random(3);
        List<Long> shuffled = new ArrayList<>(LongStream.range(0, rows).boxed().toList());
        Collections.shuffle(shuffled, random);
        String[] texts = new String[rows];
        Arrays.setAll(texts, row -> "some text that is long enough " + random.nextInt());
        Fixtures.table("spine")
                .key("ts", LongStream.range(0, rows))
                .rowGroupRows(100_000)
                .writeTo(in);
        Path feature = Fixtures.table("feature")
                .key("ts", shuffled.toArray(Long[]::new))
                .strings("text", texts)
                .noDictionary()
                .pageRows(5_000)
                .rowGroupRows(100_000)
                .writeTo(in);
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(in.resolve("spine.parquet"))
                .features(feature)
                .writeTo(out.resolve("wide.parquet"));
        LocalArrowStrategy.within(LIMITS).merge(request);
        long least = MemorySize.mib(10).bytes();
        ResourceLimits small = ResourceLimits.builder()
                .maxMemory(MemorySize.bytes(least))
                .threads(2)
                .build();
        ValidationReport report = OutputValidator.within(small).validate(request, Depth.FULL);
        assertThat(report.findings()).isEmpty();
        assertThat(report.valuesCompared()).isEqualTo(2L * rows);
        assertThat(report.peakMemoryBytes()).isBetween(1L, least);
        assertOnlyTheOutput();
    }
}
