/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.local.storage.ObjectStore;
import java.net.URI;
import java.util.List;

/** A store that can also say what is in it. Public, as what implements it may be of another class loader. */
public interface CloudObjects extends ObjectStore {
    /** Returns the objects directly in {@code folder}, an address that ends with a slash, by name. */
    List<URI> list(URI folder);
}
