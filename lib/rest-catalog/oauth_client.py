"""Signs in to the catalog with client credentials, as people configure PyIceberg, and prints what it finds."""

import json
import sys

from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import OAuthError

uri, credential = sys.argv[1:3]
try:
    catalog = load_catalog("firn", type="rest", uri=uri, credential=credential, scope="catalog")
    print(json.dumps({"namespaces": catalog.list_namespaces(), "views": catalog.list_views("closed")}))
except OAuthError as error:
    print(json.dumps({"refused": str(error)}))
