// The functions of OpenSSL's libcrypto that checksums need (see LazyLibrary.h).
#include "LazyLibrary.h"

#ifdef __linux__

#include <openssl/evp.h>

LAZY_LIBRARY("libcrypto.so.3")

FORWARD(EVP_MD_CTX *, EVP_MD_CTX_new, (void), ())
FORWARD(void, EVP_MD_CTX_free, (EVP_MD_CTX *context), (context))
FORWARD(const EVP_MD *, EVP_sha256, (void), ())
FORWARD(int, EVP_DigestInit_ex, (EVP_MD_CTX *context, const EVP_MD *type, ENGINE *unused), (context, type, unused))
FORWARD(int, EVP_DigestUpdate, (EVP_MD_CTX *context, const void *data, size_t size), (context, data, size))
FORWARD(int, EVP_DigestFinal_ex, (EVP_MD_CTX *context, unsigned char *digest, unsigned int *size), (context, digest, size))

#endif
