/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import dev.marquetry.MergeRequest;
import java.net.URI;

/**
 * What is on its way to an address and was kept here to be read again.
 *
 * @param uri the address
 * @param kept what was kept, at the positions it will have
 */
public record KeptOrigin(URI uri, Input kept) implements Origin {
    @Override
    public String name() {
        return MergeRequest.fileName(uri);
    }

    @Override
    public Input open() {
        return kept;
    }

    @Override
    public Version version() {
        return new Version(0, 0);
    }

    @Override
    public boolean isFar() {
        return false;
    }
}
