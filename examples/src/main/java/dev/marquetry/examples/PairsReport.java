/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.Backup;
import dev.marquetry.BatchResult;
import dev.marquetry.BatchResult.Item;
import dev.marquetry.BatchResult.Outcome;
import dev.marquetry.CostItem;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeResult;
import dev.marquetry.OutputBackup;
import dev.marquetry.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** How pairs went, as lines for people and as a map for JSON. */
final class PairsReport {
    private static final List<String> HEADER =
            List.of("pair", "outcome", "strategy", "rows × columns", "size", "time", "peak memory", "cost");
    private static final String BACKUP = "backup";

    private PairsReport() {}

    /** Returns one line about a pair that has ended. */
    static String ending(Item item) {
        return item.name() + ": " + word(item.outcome())
                + switch (item.outcome()) {
                    case DONE ->
                        String.format(
                                Locale.ROOT,
                                ", %,d rows × %,d columns, %s in %s",
                                item.rows(),
                                item.columns(),
                                new MemorySize(item.outputBytes()),
                                Resource.ELAPSED.format(item.elapsed().toMillis()));
                    case SKIPPED, FAILED, NOT_BEGUN -> ", " + item.detail();
                }
                + (item.outcome() == Outcome.DONE ? copyEnding(item) : "");
    }

    private static String copyEnding(Item item) {
        return item.backup().map(copy -> ", backed up to " + copy.object()).orElse("")
                + item.backupFailure()
                        .map(e -> ", not backed up: " + e.getMessage())
                        .orElse("");
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Returns a table with a row for each pair, the reasons under it, and totals. */
    static List<String> table(BatchResult result, Optional<OutputBackup> backup) {
        boolean backups =
                result.items().stream().anyMatch(item -> !copyWord(item).equals("-"));
        List<List<String>> rows = new ArrayList<>(List.of(backups ? with(HEADER, BACKUP) : HEADER));
        result.items().forEach(item -> rows.add(backups ? with(row(item), copyWord(item)) : row(item)));
        List<String> lines = TextTable.lines(rows);
        for (Item item : result.items()) {
            if (!item.isDone() || item.backupFailure().isPresent()) {
                lines.add(ending(item));
            }
        }
        month(result, backup).forEach(item -> lines.add(item.toString()));
        lines.add(result + ", " + Reports.dollars(result.cost()));
        return lines;
    }

    /** Returns what the copies that are there cost a month, if that is known. */
    private static List<CostItem> month(BatchResult result, Optional<OutputBackup> backup) {
        long bytes = result.items().stream()
                .flatMap(item -> item.backup().stream())
                .mapToLong(Backup::bytes)
                .sum();
        return backup.flatMap(copier -> copier.month(bytes)).stream().toList();
    }

    /** Returns what became of the copy. */
    private static String copyWord(Item item) {
        return item.backupFailure().isPresent()
                ? "failed"
                : item.backup().map(copy -> copy.copied() ? "copied" : "there").orElse("-");
    }

    private static List<String> with(List<String> row, String cell) {
        List<String> longer = new ArrayList<>(row);
        longer.add(cell);
        return longer;
    }

    private static List<String> row(Item item) {
        boolean merged = item.outcome() == Outcome.DONE || item.outcome() == Outcome.FAILED;
        return List.of(
                item.name(),
                word(item.outcome()),
                item.strategy().orElse("-"),
                item.isDone() ? String.format(Locale.ROOT, "%,d × %,d", item.rows(), item.columns()) : "-",
                item.isDone() ? new MemorySize(item.outputBytes()).toString() : "-",
                merged ? Resource.ELAPSED.format(item.elapsed().toMillis()) : "-",
                item.outcome() == Outcome.DONE ? Reports.peak(item.peakMemoryBytes()) : "-",
                merged ? Reports.dollars(item.cost()) : "-");
    }

    static Map<String, Object> toMap(BatchResult result, Optional<OutputBackup> backup, ExitCode exitCode) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("status", result.allDone() ? "done" : "not all done");
        map.put("exitCode", exitCode.code());
        map.put("interrupted", result.interrupted());
        map.put("elapsedMillis", result.elapsed().toMillis());
        map.put("cost", result.cost());
        map.put("backupMonth", Reports.items(month(result, backup)));
        map.put("pairs", result.items().stream().map(PairsReport::toMap).toList());
        return map;
    }

    private static Map<String, Object> toMap(Item item) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", item.name());
        map.put("outcome", item.outcome().name());
        map.put("detail", item.detail());
        map.put("output", item.output().toString());
        map.put("strategy", item.strategy().orElse(null));
        map.put("rows", item.rows());
        map.put("columns", item.columns());
        map.put("outputBytes", item.outputBytes());
        map.put("elapsedMillis", item.elapsed().toMillis());
        OptionalLong peak = item.peakMemoryBytes();
        map.put("peakMemoryBytes", peak.isPresent() ? peak.getAsLong() : null);
        map.put("cost", item.cost());
        map.put(
                "costItems",
                Reports.items(item.result().map(MergeResult::costItems).orElse(List.of())));
        map.put("error", item.failure().map(e -> e.getClass().getSimpleName()).orElse(null));
        map.put("attempts", Reports.attempts(item.attempts()));
        map.put("backup", item.backup().map(BackupReport::toMap).orElse(null));
        map.put("backupError", item.backupFailure().map(Throwable::getMessage).orElse(null));
        return map;
    }
}
