/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code --report} writes, and when. */
class ReportOptionTest {
    private static final LimitBreach BREACH =
            new LimitBreach(Resource.MEMORY, 1_000_000, 5 << 20, Basis.MEASURED, Phase.MOVE, "[a.parquet]");

    @TempDir
    private Path folder;

    private final FakeEngine engine = new FakeEngine();
    private Path reports;
    private Path html;
    private Path json;

    @BeforeEach
    void touchFiles() throws IOException {
        Files.createFile(folder.resolve("targets.parquet"));
        Files.createFile(folder.resolve("a.parquet"));
        reports = Files.createDirectory(folder.resolve("reports"));
        html = reports.resolve("run.html");
        json = reports.resolve("run.json");
    }

    private CommandRun merge(String... more) {
        List<String> args = new ArrayList<>(List.of("merge", "--key", "ts"));
        args.addAll(List.of("--spine", folder.resolve("targets.parquet").toString()));
        args.addAll(List.of("--features", folder.toString()));
        args.addAll(List.of("--output", folder.resolve("wide.parquet").toString()));
        args.addAll(List.of(more));
        return CommandRun.of(engine, args.toArray(String[]::new));
    }

    private CommandRun reported() {
        return merge("--report", html.toString(), "--report", json.toString());
    }

    private String at(String path) throws Exception {
        return DuckDb.at(Files.readString(json), path);
    }

    private String page() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(html.toFile())
                .getDocumentElement()
                .getTextContent();
    }

    private void removeReportsWhileMerging() {
        engine.estimate = builder -> {
            try {
                Files.deleteIfExists(reports);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @Test
    void merge_writesThePageAndTheJson() throws Exception {
        CommandRun run = reported();
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(at("$.allDone")).isEqualTo("true");
        assertThat(at("$.merges[0].result.rows")).isEqualTo("1000");
        assertThat(at("$.merges[0].estimate.amounts.MEMORY")).isEqualTo("1048576");
        assertThat(at("$.merges[0].files[1].absentRows")).isEqualTo("20");
        assertThat(page()).contains("wide.parquet", "1 file with absent", "memory came to 95 % of its limit");
        assertThat(run.out()).contains("1,000 rows × 57 columns");
    }

    @Test
    void failedMerge_isReportedToo_andKeepsItsExitCode() throws Exception {
        engine.thrown = new LimitBreachException(BREACH);
        CommandRun run = reported();
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(at("$.allDone")).isEqualTo("false");
        assertThat(at("$.merges[0].failure.breach.observed")).isEqualTo("5242880");
        assertThat(at("$.merges[0].sampled")).isEqualTo("false");
        assertThat(at("$.problem")).isNull();
        assertThat(page()).contains("LimitBreachException", "5.0 MiB");
    }

    @Test
    void mergeThatWasNotBegun_isReportedWithItsReason() throws Exception {
        engine.estimate = builder -> builder.predictedBreach(BREACH);
        assertThat(reported().exitCode()).isEqualTo(3);
        assertThat(engine.merged).isFalse();
        assertThat(at("$.merges[0].outcome")).isEqualTo("NOT_BEGUN");
        assertThat(at("$.problem.type")).isEqualTo("LimitBreachException");
        assertThat(page()).contains("Not merged", "memory limit");
    }

    @Test
    void runWithoutAnyMerge_replacesYesterdaysReport() throws Exception {
        Files.writeString(html, "yesterday's");
        Files.delete(folder.resolve("a.parquet"));
        assertThat(reported().exitCode()).isEqualTo(2);
        assertThat(page()).contains("Nothing was merged", "Cannot find any feature file");
        assertThat(at("$.problem.type")).isEqualTo("InvalidInputException");
    }

    @Test
    void fallback_hasAllTries() throws Exception {
        engine.estimate = builder -> builder.predictedBreach(BREACH);
        CommandRun run = merge(("--fallback bigquery --project p --staging gs://bucket/f --report " + json).split(" "));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(at("$.merges[0].attempts[0].strategy")).isEqualTo("fake");
        assertThat(at("$.merges[0].attempts[0].outcome")).isEqualTo("SKIPPED");
        assertThat(at("$.merges[0].attempts[1].strategy")).isEqualTo("bigquery");
        assertThat(at("$.merges[0].estimate.strategy")).isEqualTo("bigquery");
    }

    @Test
    void reportThatCanNotBeWritten_isExitCode1AfterTheSummary() {
        removeReportsWhileMerging();
        CommandRun run = reported();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("1,000 rows × 57 columns");
        assertThat(run.err()).contains("Cannot write report " + html, "Cannot write report " + json);
        engine.thrown = new LimitBreachException(BREACH);
        assertThat(merge("--report", folder.resolve("x.html").toString()).exitCode())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"none/run.html,its folder is not there", "wide.parquet,must end in .html or .json"})
    void senselessFile_isAUsageError_andNothingIsMerged(String file, String message) {
        CommandRun run = merge("--report", folder.resolve(file).toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Invalid value for option '--report': " + message);
        assertThat(engine.merged).isFalse();
    }

    @Test
    void pairs_areAllInOneReport() throws Exception {
        for (String pair : List.of("audusd", "eurusd", "gbpusd")) {
            Path files = Files.createDirectories(folder.resolve("pairs").resolve(pair));
            Files.createFile(files.resolve("targets.parquet"));
            if (!pair.equals("eurusd")) {
                Files.createFile(files.resolve("feat_1.parquet"));
            }
        }
        String out = folder.resolve("out").toString();
        CommandRun run = CommandRun.of(
                engine,
                ("pairs --key ts --parallel 2 --checkpoints " + folder.resolve("pairs") + " --output-dir " + out
                                + " --report " + html + " --report " + json)
                        .split(" "));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
        assertThat(at("$.counts.DONE")).isEqualTo("2");
        assertThat(at("$.counts.FAILED")).isEqualTo("1");
        assertThat(at("$.merges[0].name")).isEqualTo("audusd");
        assertThat(at("$.merges[0].estimate.rows")).isEqualTo("1000");
        assertThat(at("$.merges[1].failure.type")).isEqualTo("InvalidInputException");
        assertThat(page()).contains("1 of 3 outputs are not there", "eurusd: Cannot find any feature file");
    }

    @Test
    void realMerge_isReported() throws Exception {
        Path pair = folder.resolve("pair");
        assertThat(CommandRun.of(engine, "sample", pair.toString(), "--files", "3", "--rows", "500", "--columns", "4")
                        .exitCode())
                .isZero();
        CommandRun run = CommandRun.of(
                LocalEngine::create,
                ("merge --key interval_time --spine " + pair.resolve("targets.parquet") + " --features " + pair
                                + " --output " + folder.resolve("wide.parquet") + " --report " + json + " --report "
                                + html)
                        .split(" "));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(at("$.merges[0].strategy")).isEqualTo("local-arrow");
        assertThat(at("$.merges[0].result.rows")).isEqualTo("500");
        assertThat(Long.parseLong(at("$.merges[0].result.outputBytes")))
                .isEqualTo(Files.size(folder.resolve("wide.parquet")));
        assertThat(page()).contains("All is well");
    }
}
