/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.FileMoves;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about one input file.
 *
 * @param file its name without its folder
 * @param spine whether it is the spine, which matches nothing
 * @param match how its rows matched, if that is known
 * @param moves how its chunks came into the output, if that is known
 */
record FileRow(String file, boolean spine, Optional<FeatureMatch> match, Optional<FileMoves> moves) {
    /** Returns every file that {@code result} tells of, in request order, the spine first. */
    static List<FileRow> of(MergeResult result) {
        List<FileMoves> moves = result.fileMoves();
        List<FileRow> rows = new ArrayList<>();
        Map<String, Deque<FileMoves>> movesByFile = new HashMap<>(); // folders may have files of the same name
        for (FileMoves move : moves.subList(Math.min(1, moves.size()), moves.size())) {
            movesByFile.computeIfAbsent(move.file(), file -> new ArrayDeque<>()).add(move);
        }
        if (!moves.isEmpty()) {
            rows.add(new FileRow(moves.get(0).file(), true, Optional.empty(), Optional.of(moves.get(0))));
        }
        for (FeatureMatch match : result.featureMatches()) {
            Deque<FileMoves> own = movesByFile.getOrDefault(match.file(), new ArrayDeque<>());
            rows.add(new FileRow(match.file(), false, Optional.of(match), Optional.ofNullable(own.poll())));
        }
        return rows;
    }

    /** Returns whether the file lacks rows of the spine, or has keys that are null or there twice. */
    boolean isFlagged() {
        return match.filter(rows -> rows.absentRows() > 0 || rows.duplicateRows() > 0 || rows.nullKeyRows() > 0)
                .isPresent();
    }
}
