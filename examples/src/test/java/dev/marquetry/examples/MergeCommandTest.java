/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.Codec;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeRequest.NameClash;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeCommandTest {
    private final FakeEngine engine = new FakeEngine();

    @TempDir
    private Path folder;

    @BeforeEach
    void touchFiles() throws IOException {
        for (String name :
                List.of("targets.parquet", "feat_2.parquet", "feat_1.parquet", "other.parquet", "notes.txt")) {
            Files.createFile(folder.resolve(name));
        }
    }

    private CommandRun merge(String... more) {
        return CommandRun.of(engine, args(folder.toString(), more));
    }

    private String[] args(String features, String... more) {
        List<String> args = new ArrayList<>(List.of("merge", "--key", "ts"));
        args.addAll(List.of("--spine", folder.resolve("targets.parquet").toString()));
        args.addAll(List.of("--features", features));
        args.addAll(List.of("--output", folder.resolve("wide.parquet").toString()));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private MergeRequest request() {
        return Objects.requireNonNull(engine.request);
    }

    private List<String> features() {
        return request().featureFiles().stream().map(MergeRequest::fileName).toList();
    }

    @Test
    void leastOptions_leaveEveryDefault() {
        assertThat(merge().exitCode()).isZero();
        assertThat(request().keys()).containsExactly("ts");
        assertThat(request().spine())
                .isEqualTo(folder.resolve("targets.parquet").toUri());
        assertThat(request().output()).isEqualTo(folder.resolve("wide.parquet").toUri());
        assertThat(request().expectedFeatureFiles()).isEmpty();
        assertThat(request().duplicateKeys()).isEqualTo(DuplicateKeys.REJECT);
        assertThat(request().nameClash()).isEqualTo(NameClash.REJECT);
        assertThat(request().existingOutput()).isEqualTo(ExistingOutput.REJECT);
        assertThat(request().codec()).isEqualTo(Codec.AS_INPUT);
        ResourceLimits limits = Objects.requireNonNull(engine.limits);
        assertThat(limits.maxMemory()).isEqualTo(MemorySize.mib(512));
        assertThat(limits.maxElapsed()).isEmpty();
        assertThat(limits.minFreeDisk()).isEmpty();
        assertThat(limits.minFreeSystemMemory()).isEmpty();
        assertThat(limits.threads()).isEmpty();
        assertThat(engine.progressEveryFiles).isEqualTo(50);
    }

    @Test
    void everyOption_arrives() {
        CommandRun run = merge(
                ("--key b --expect 3 --memory 256MB --min-free-memory 1GiB --min-free-disk 2g --timeout 20m --threads 3"
                                + " --codec zstd --on-duplicate last --on-clash prefix --overwrite --progress-every 7")
                        .split(" "));
        assertThat(run.exitCode()).isZero();
        assertThat(request().keys()).containsExactly("ts", "b");
        assertThat(request().expectedFeatureFiles()).hasValue(3);
        assertThat(request().duplicateKeys()).isEqualTo(DuplicateKeys.LAST);
        assertThat(request().nameClash()).isEqualTo(NameClash.PREFIX);
        assertThat(request().existingOutput()).isEqualTo(ExistingOutput.REPLACE);
        assertThat(request().codec()).isEqualTo(Codec.ZSTD);
        ResourceLimits limits = Objects.requireNonNull(engine.limits);
        assertThat(limits.maxMemory().bytes()).isEqualTo(256_000_000);
        assertThat(limits.minFreeSystemMemory()).hasValue(MemorySize.gib(1));
        assertThat(limits.minFreeDisk()).hasValue(MemorySize.gib(2));
        assertThat(limits.maxElapsed()).hasValue(Duration.ofMinutes(20));
        assertThat(limits.threads()).hasValue(3);
        assertThat(engine.progressEveryFiles).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"1ms,1", "30s,30000", "20m,1200000", "2h,7200000", "2H,7200000"})
    void timeouts_areRead(String text, long millis) {
        merge("--timeout", text);
        assertThat(Objects.requireNonNull(engine.limits).maxElapsed()).hasValue(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"lz4-raw,LZ4_RAW", "LZ4_RAW,LZ4_RAW", "as-input,AS_INPUT", "Snappy,SNAPPY"})
    void codecs_areReadWithoutCase(String text, Codec codec) {
        merge("--codec", text);
        assertThat(request().codec()).isEqualTo(codec);
    }

    @Test
    void folder_meansItsParquetFilesWithoutTheSpine() {
        merge();
        assertThat(features()).containsExactly("feat_1.parquet", "feat_2.parquet", "other.parquet");
    }

    @Test
    void glob_isExpandedHere() {
        CommandRun.of(engine, args(folder + "/feat_*.parquet"));
        assertThat(features()).containsExactly("feat_1.parquet", "feat_2.parquet");
    }

    @Test
    void severalSources_keepTheirOrder() {
        CommandRun.of(
                engine, args(folder.resolve("other.parquet").toString(), "--features", folder + "/feat_*.parquet"));
        assertThat(features()).containsExactly("other.parquet", "feat_1.parquet", "feat_2.parquet");
    }

    @Test
    void filesExpandedByTheShell_areTakenAsTheyStand() {
        String[] args = {
            "merge",
            "--features",
            folder.resolve("feat_2.parquet").toString(),
            folder.resolve("feat_1.parquet").toString(),
            "--key",
            "ts",
            "--spine",
            folder.resolve("targets.parquet").toString(),
            "--output",
            folder.resolve("wide.parquet").toString()
        };
        assertThat(CommandRun.of(engine, args).exitCode()).isZero();
        assertThat(features()).containsExactly("feat_2.parquet", "feat_1.parquet");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--memory 12parsecs; Cannot read a size such as 512MB or 2GiB: '12parsecs'",
                "--memory 0; max memory must be positive",
                "--timeout 20; Cannot read a time such as 30s, 20m or 2h: '20'",
                "--timeout 0s; max elapsed must be positive",
                "--threads 0; threads must be between 1 and 256 but was 0",
                "--threads two; --threads",
                "--expect -1; expected feature files must not be negative but was -1",
                "--codec lzma; expected one of as-input",
                "--on-duplicate maybe; --on-duplicate",
                "--on-clash maybe; --on-clash",
                "--progress-every 0; must be positive but was 0",
                "--key ts; different, non-empty names",
                "--sort; --sort"
            })
    void badValues_areUsageErrorsInOneLine(String options, String message) {
        CommandRun run = merge(options.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains(message)
                .contains("marquetry merge --help");
        assertThat(engine.merged).isFalse();
    }

    @Test
    void missingOption_isNamed() {
        CommandRun run = CommandRun.of(engine, "merge", "--key", "ts");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--spine", "--features", "--output");
    }

    @Test
    void addressOfAnotherMachine_isRefused() {
        CommandRun run = CommandRun.of(engine, args("s3://bucket/features"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("s3://bucket/features", "only files of this machine");
    }

    @Test
    void objectWithoutAName_isRefused() {
        CommandRun run = CommandRun.of(engine, args("gs://bucket"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("must be like gs://bucket/");
    }

    @Test
    void objects_areNamedInTheRequest() {
        CommandRun run = CommandRun.of(engine, args("gs://bucket/pair/rsi.parquet"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.request.featureFiles()).containsExactly(URI.create("gs://bucket/pair/rsi.parquet"));
    }

    @Test
    void wildcardInAFolder_isRefused() {
        CommandRun run = CommandRun.of(engine, args(folder + "/*/feat.parquet"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("wildcards must be in the last part");
    }

    @Test
    void globThatMatchesNothing_isBadInput() {
        CommandRun run = CommandRun.of(engine, args(folder + "/none_*.parquet"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Cannot find any feature file", "none_*.parquet");
        assertThat(engine.merged).isFalse();
    }

    @Test
    void checksAndProgressGoToStandardError_theSummaryToStandardOutput() {
        CommandRun run = merge();
        assertThat(run.err().lines())
                .containsExactly(
                        "✓ free disk: 9.0 GiB free, 3.0 MiB needed",
                        "aligning: 0 of 3 files, 0 of 57 columns, 0 B of 3.0 MiB, memory 4.0 MiB of 256.0 MiB,"
                                + " 1.0 s elapsed, 2.0 s left",
                        "moving: 3 of 3 files, 57 of 57 columns, 3.0 MiB of 3.0 MiB, memory 4.0 MiB of 256.0 MiB,"
                                + " 1.0 s elapsed, 2.0 s left; warning: memory near its limit");
        assertThat(run.out().lines())
                .containsExactly(
                        "wide.parquet: 1,000 rows × 57 columns, 2.0 MiB",
                        "  1.5 s, 2.0 MiB/s, peak memory 5.0 MiB of 512.0 MiB",
                        "  chunks: 40 copied, 0 page-copied, 0 spliced, 17 gathered",
                        "  1 of 2 feature files have missing rows, b\"\\.parquet most: 20",
                        "  1 of 2 feature files have extra rows, b\"\\.parquet most: 7",
                        "  1 of 2 feature files have duplicate rows, b\"\\.parquet most: 3",
                        "  warning: memory came to 95 % of its limit");
    }

    @Test
    void terminal_getsABarAndAllEvents() {
        CommandRun run = CommandRun.onTerminal(engine, args(folder.toString()));
        assertThat(run.exitCode()).isZero();
        assertThat(engine.progressEveryFiles).isEqualTo(1);
        assertThat(run.err()).contains("100%", "moving 4M/256M", "warning: memory near its limit");
        assertThat(run.out()).contains("1,000 rows × 57 columns");
    }

    @Test
    void json_isOneObjectAndNothingElse() throws Exception {
        CommandRun run = merge("--json");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines()).hasSize(1);
        assertThat(DuckDb.at(run.out(), "$.status")).isEqualTo("done");
        assertThat(DuckDb.at(run.out(), "$.exitCode")).isEqualTo("0");
        assertThat(DuckDb.at(run.out(), "$.rows")).isEqualTo("1000");
        assertThat(DuckDb.at(run.out(), "$.memoryLimitBytes")).isEqualTo("536870912");
        assertThat(DuckDb.at(run.out(), "$.chunks.COPIED")).isEqualTo("40");
        assertThat(DuckDb.at(run.out(), "$.features[1].file")).isEqualTo("b\"\\.parquet");
        assertThat(DuckDb.at(run.out(), "$.features[1].absentRows")).isEqualTo("20");
        assertThat(DuckDb.at(run.out(), "$.attempts[0].outcome")).isEqualTo("SUCCEEDED");
    }

    @Test
    void failedCheck_isMarkedAndNothingIsMerged() {
        engine.estimate = builder -> builder.check("spine", false, "targets.parquet is not there")
                .inputProblem("[targets.parquet] Cannot read spine: no such file");
        CommandRun run = merge();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("✗ spine: targets.parquet is not there")
                .contains("marquetry: [targets.parquet] Cannot read spine: no such file");
        assertThat(engine.merged).isFalse();
    }

    @Test
    void predictedBreach_exits3AndNothingIsMerged() throws Exception {
        engine.estimate = builder -> builder.predictedBreach(
                new LimitBreach(Resource.MEMORY, 1_000_000, 5 << 20, Basis.PREDICTED, Phase.PLAN, "[a.parquet]"));
        CommandRun run = merge("--json");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(DuckDb.at(run.out(), "$.error.breach.resource")).isEqualTo("MEMORY");
        assertThat(DuckDb.at(run.out(), "$.error.breach.limit")).isEqualTo("1000000");
        assertThat(DuckDb.at(run.out(), "$.error.breach.observed")).isEqualTo("5242880");
        assertThat(DuckDb.at(run.out(), "$.error.breach.where")).isEqualTo("[a.parquet]");
        assertThat(engine.merged).isFalse();
    }

    @Test
    void refusal_exits1() {
        engine.estimate = builder -> builder.refusal("nested column a.b");
        CommandRun run = merge();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("nested column a.b");
    }

    @Test
    void usageErrorWithJson_isJsonToo() throws Exception {
        CommandRun run = merge("--json", "--threads", "0");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(DuckDb.at(run.out(), "$.error.type")).isEqualTo("UsageError");
        assertThat(DuckDb.at(run.out(), "$.exitCode")).isEqualTo("2");
    }
}
