/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.SpineDuplicates;
import java.nio.file.Path;
import java.util.List;

/**
 * One question to put to a strategy: tables, written to their files, and the rules for merging them.
 *
 * @param title what it is, with its seed, for failure messages
 */
public record MergeCase(
        String title,
        List<String> keys,
        Table spine,
        List<Table> features,
        DuplicateKeys duplicateKeys,
        SpineDuplicates spineDuplicates) {
    /** Writes every table to its file. */
    public MergeCase write() {
        TableFile.write(spine);
        features.forEach(TableFile::write);
        return this;
    }

    /** Returns the request that asks for {@code output}. */
    public MergeRequest request(Path output) {
        return MergeRequest.onKey(keys.get(0), keys.subList(1, keys.size()).toArray(String[]::new))
                .spine(spine.file())
                .features(features.stream().map(Table::file).toList())
                .onDuplicateKey(duplicateKeys)
                .onDuplicateSpineKey(spineDuplicates)
                .writeTo(output);
    }

    @Override
    public String toString() {
        return title;
    }
}
