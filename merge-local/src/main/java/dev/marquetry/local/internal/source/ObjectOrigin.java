/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import dev.marquetry.MergeRequest;
import dev.marquetry.local.storage.StoredObject;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** An object in a store, in the generation that was found first. */
public final class ObjectOrigin implements Origin {
    private final ObjectReads reads;
    private final StoredObject object;

    ObjectOrigin(ObjectReads reads, StoredObject object) {
        this.reads = reads;
        this.object = object;
    }

    StoredObject object() {
        return object;
    }

    @Override
    public URI uri() {
        return object.address();
    }

    @Override
    public String name() {
        return MergeRequest.fileName(object.address());
    }

    @Override
    public Input open() throws IOException {
        ReadAhead ahead = reads.ahead();
        if (ahead != null) {
            ahead.opened(this);
        }
        return new ObjectInput(reads, this, ahead);
    }

    /** Opens it for whoever reads ahead: what is read there is not yet used. */
    Input openAhead() {
        return new ObjectInput(reads, this, null);
    }

    @Override
    public @Nullable Version version() throws IOException {
        StoredObject now = reads.find(object.address());
        return now == null ? null : new Version(now.bytes(), now.generation());
    }

    /** Returns the generation that was found first; asks nobody. */
    public Version found() {
        return new Version(object.bytes(), object.generation());
    }

    @Override
    public boolean isFar() {
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ObjectOrigin that && object.address().equals(that.object.address());
    }

    @Override
    public int hashCode() {
        return object.address().hashCode();
    }

    @Override
    public String toString() {
        return object.address().toString();
    }
}
