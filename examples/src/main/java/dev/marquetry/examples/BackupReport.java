/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.Backup;
import dev.marquetry.CostItem;
import dev.marquetry.MergeException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.OutputBackup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the copy of one merge's output went: made, or why it was not. */
record BackupReport(Optional<Backup> backup, Optional<CostItem> month, Optional<MergeException> failure) {
    /** Copies the output; it is there whatever becomes of the copy. */
    static BackupReport of(OutputBackup copier, MergeRequest request, MergeResult result) {
        try {
            Backup copy = copier.copy(request, result);
            return new BackupReport(Optional.of(copy), copier.month(copy.bytes()), Optional.empty());
        } catch (MergeException e) {
            return new BackupReport(Optional.empty(), Optional.empty(), Optional.of(e));
        }
    }

    ExitCode exitCode() {
        return failure.isPresent() ? ExitCode.FAILED : ExitCode.DONE;
    }

    String line() {
        return backup.map(copy -> "backup: " + copy).orElse("")
                + month.map(item -> "; " + item).orElse("")
                + failure.map(e -> "the output is published but not backed up: " + e.getMessage())
                        .orElse("");
    }

    /** Adds how it went to what is told of the merge. */
    void addTo(Map<String, Object> map) {
        backup.ifPresent(copy -> map.put("backup", toMap(copy)));
        month.ifPresent(item -> map.put("backupMonth", Reports.items(List.of(item))));
        failure.ifPresent(e -> {
            map.put("status", "not backed up");
            map.put("exitCode", exitCode().code());
            map.put("backupError", e.getMessage());
        });
    }

    static Map<String, Object> toMap(Backup copy) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("object", copy.object().toString());
        map.put("generation", copy.generation());
        map.put("crc32c", copy.crc32c());
        map.put("bytes", copy.bytes());
        map.put("copied", copy.copied());
        return map;
    }
}
