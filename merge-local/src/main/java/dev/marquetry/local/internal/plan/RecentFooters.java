/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.local.internal.source.FileOrigin;
import dev.marquetry.local.internal.source.ObjectOrigin;
import dev.marquetry.local.internal.source.Origin;
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
    private volatile SoftReference<Map<Origin, InputFile>> last = new SoftReference<>(Map.of());

    /** Returns what {@link FooterReader#read} returns, or did if nothing has changed since. */
    public InputFile read(Path path) throws IOException {
        return read(new FileOrigin(path));
    }

    /** Returns what {@link FooterReader#read} returns, or did if nothing has changed since. */
    public InputFile read(Origin origin) throws IOException {
        Map<Origin, InputFile> files = last.get();
        InputFile known = files == null ? null : files.get(origin);
        if (known != null && origin instanceof ObjectOrigin object) {
            return known.stamp().holds(object.found()) ? known.at(object) : FooterReader.read(origin);
        }
        return known != null && known.isUnchanged() ? known : FooterReader.read(origin);
    }

    /** Remembers {@code files} and forgets all others. */
    public void keep(Collection<InputFile> files) {
        last = new SoftReference<>(files.stream()
                .collect(Collectors.toUnmodifiableMap(InputFile::origin, file -> file, (one, other) -> one)));
    }
}
