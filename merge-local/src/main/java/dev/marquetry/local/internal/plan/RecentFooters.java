/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the footers said that were read last: a merge mostly follows its estimate. A file that has another size or time since
 * is read again. Given up when memory is short. Thread-safe.
 */
public final class RecentFooters {
    private volatile SoftReference<Map<Path, InputFile>> last = new SoftReference<>(Map.of());

    /** Returns what {@link FooterReader#read} returns, or did if nothing has changed since. */
    public InputFile read(Path path) throws IOException {
        Map<Path, InputFile> files = last.get();
        InputFile known = files == null ? null : files.get(path);
        return known != null && known.isUnchanged() ? known : FooterReader.read(path);
    }

    /** Remembers {@code files} and forgets all others. */
    public void keep(Collection<InputFile> files) {
        last = new SoftReference<>(files.stream()
                .collect(Collectors.toUnmodifiableMap(InputFile::path, file -> file, (one, other) -> one)));
    }
}
